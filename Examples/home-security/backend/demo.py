"""Fills empty tables with a house to look at: `python -m backend.demo`. Always the same house."""

import asyncio
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.config import get_settings
from backend.core.database import Database
from backend.models import (
    Alert,
    AlertRule,
    AlertSeverity,
    AlertStatus,
    APIKey,
    APIKeyScope,
    Audit,
    AuditAction,
    AuditOutcome,
    Baseline,
    Camera,
    CameraStatus,
    Detection,
    Event,
    GPUStats,
    ObjectType,
    Zone,
    ZoneKind,
)
from backend.models.api_key import PREFIX_LENGTH, hash_key
from backend.schema import create_tables
from backend.services.statistics import forget_statistics

MORNING = datetime(2025, 3, 3, 8, tzinfo=UTC)
CAMERAS = {"front-door": "Front door", "driveway": "Driveway", "garden": "Garden"}
SUMMARIES = [
    "Somebody at the door",
    "A car in the driveway",
    "A cat on the lawn",
    "A parcel was left",
    "Somebody tried the garage",
    "The postman came",
    "Two people passed",
    "A van stopped",
    "A fox in the garden",
    "Somebody rang",
    "A bicycle was moved",
    "Movement by the fence",
]


async def fill(session: AsyncSession) -> None:
    """Store the house."""
    _cameras(session)
    await session.flush()
    _events(session)
    await session.flush()
    _alerts(session)
    _system(session)
    await session.commit()


def _cameras(session: AsyncSession) -> None:
    for number, (camera_id, name) in enumerate(CAMERAS.items()):
        session.add(
            Camera(
                id=camera_id,
                name=name,
                location="Outside",
                stream_url=f"rtsp://cameras/{camera_id}",
                status=CameraStatus.OFFLINE if number == 2 else CameraStatus.ONLINE,
                last_seen_at=MORNING,
            )
        )
    session.add(
        Zone(
            camera_id="front-door",
            name="Porch",
            kind=ZoneKind.YARD,
            polygon=[[0, 0], [1, 0], [1, 1]],
        )
    )


def _events(session: AsyncSession) -> None:
    kinds = list(ObjectType)
    for number, summary in enumerate(SUMMARIES):
        at = MORNING + timedelta(minutes=7 * number)
        camera_id = list(CAMERAS)[number % 3]
        detection = Detection(
            camera_id=camera_id,
            object_type=kinds[number % 4],
            confidence=0.6 + number / 40,
            bbox=(0.1, 0.2, 0.3, 0.4),
            detected_at=at,
        )
        detection.entity = ["Anna", "Blue van", "Tom the cat", None][number % 4]
        session.add(
            Event(
                camera_id=camera_id,
                risk_score=(number * 23) % 101,
                summary=summary,
                started_at=at,
                ended_at=at + timedelta(minutes=2),
                is_reviewed=number % 5 == 0,
                detections=[detection],
            )
        )


def _alerts(session: AsyncSession) -> None:
    night = AlertRule(name="Anything risky", severity=AlertSeverity.CRITICAL, min_risk_score=60)
    door = AlertRule(name="Front door", camera_id="front-door", min_risk_score=30)
    session.add_all([night, door])
    states = [AlertStatus.PENDING, AlertStatus.ACKNOWLEDGED, AlertStatus.DISMISSED]
    for number, state in enumerate(states):
        at = MORNING + timedelta(minutes=number)
        alert = Alert(
            rule=night, event_id=number + 1, severity=AlertSeverity.CRITICAL, created_at=at
        )
        if state is AlertStatus.ACKNOWLEDGED:
            alert.acknowledge(at)
        elif state is AlertStatus.DISMISSED:
            alert.dismiss(at)
        session.add(alert)


def _system(session: AsyncSession) -> None:
    for name, scope in (("detector", APIKeyScope.INGEST), ("doorbell", APIKeyScope.READ)):
        session.add(
            APIKey(name=name, scope=scope, prefix=name[:PREFIX_LENGTH], key_hash=hash_key(name))
        )
    actions = list(AuditAction)
    for number in range(25):
        session.add(
            Audit(
                created_at=MORNING + timedelta(minutes=number),
                actor="admin" if number % 3 else "system",
                action=actions[number % len(actions)],
                outcome=AuditOutcome.DENIED if number == 4 else AuditOutcome.SUCCESS,
                resource_type="camera",
                resource_id=list(CAMERAS)[number % 3],
            )
        )
    for minute in range(3):
        session.add(
            GPUStats(
                recorded_at=MORNING + timedelta(minutes=minute),
                gpu_name="RTX A5500",
                utilization=40.0 + minute,
                memory_used_mb=6000,
                memory_total_mb=24000,
                temperature_c=50 + minute,
            )
        )
    session.add(
        Baseline(
            camera_id="front-door",
            object_type=ObjectType.PERSON,
            weekday=0,
            hour=8,
            sample_count=12,
            mean=3.0,
        )
    )


async def main() -> None:
    """Make the tables and fill them."""
    settings = get_settings()
    database = Database.from_settings(settings)
    redis = Redis.from_url(settings.redis_url)
    try:
        await create_tables(database)
        async with database.sessions() as session:
            await fill(session)
        await forget_statistics(redis)
    finally:
        await redis.aclose()
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
