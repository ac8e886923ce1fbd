"""Counts for the Dashboard, served from Redis for a while."""

import json
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.models import Event, RiskLevel

CACHE_KEY = "stats:events"


async def event_statistics(
    session: AsyncSession, redis: Redis, keep_seconds: int
) -> dict[str, Any]:
    """Totals by risk level and camera, at most `keep_seconds` old."""
    cached = await redis.get(CACHE_KEY)
    if cached is not None:
        return json.loads(cached)
    statistics = await count_events(session)
    await redis.set(CACHE_KEY, json.dumps(statistics), ex=keep_seconds)
    return statistics


async def forget_statistics(redis: Redis) -> None:
    """Call after a change to events, so that the next reader counts again."""
    await redis.delete(CACHE_KEY)


async def count_events(session: AsyncSession) -> dict[str, Any]:
    """The totals as they are in the database now."""
    by_risk = dict.fromkeys((level.value for level in RiskLevel), 0)
    by_camera: dict[str, int] = {}
    unreviewed = 0
    rows = await session.execute(
        select(Event.camera_id, Event.risk_score, Event.is_reviewed, func.count()).group_by(
            Event.camera_id, Event.risk_score, Event.is_reviewed
        )
    )
    for camera_id, risk_score, is_reviewed, count in rows:
        by_risk[RiskLevel.from_score(risk_score).value] += count
        by_camera[camera_id] = by_camera.get(camera_id, 0) + count
        unreviewed += 0 if is_reviewed else count
    return {
        "total": sum(by_camera.values()),
        "unreviewed": unreviewed,
        "by_risk": by_risk,
        "by_camera": by_camera,
    }
