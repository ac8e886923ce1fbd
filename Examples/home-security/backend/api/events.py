"""Events: the Timeline and the Dashboard."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, status
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend.api.dependencies import (
    BroadcasterDep,
    RedisDep,
    SessionDep,
    SettingsDep,
    found_or_404,
    require_scope,
)
from backend.api.paging import page_of
from backend.models import (
    APIKey,
    APIKeyScope,
    AuditAction,
    Camera,
    Detection,
    Event,
    RiskLevel,
)
from backend.schemas.common import Limit, Offset, Page
from backend.schemas.events import EventCreate, EventReview
from backend.services.alerting import fire_rules
from backend.services.auditing import write_audit
from backend.services.statistics import event_statistics, forget_statistics

router = APIRouter(prefix="/api/events", tags=["events"])

Analyser = Annotated[APIKey, Depends(require_scope(APIKeyScope.INGEST))]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_event(
    body: EventCreate,
    _: Analyser,
    session: SessionDep,
    redis: RedisDep,
    broadcaster: BroadcasterDep,
) -> dict[str, Any]:
    """Store an event with its detections and fire the rules that match it."""
    await found_or_404(session, Camera, body.camera_id)
    detections = await _detections_of(session, body)
    event = Event(**body.model_dump(exclude={"detection_ids"}), detections=detections)
    session.add(event)
    await session.flush()
    alerts = await fire_rules(session, event, (detection.object_type for detection in detections))
    await session.commit()
    await forget_statistics(redis)
    await broadcaster.publish("event.created", event.to_dict())
    for alert in alerts:
        await broadcaster.publish("alert.created", alert.to_dict())
    return event.to_dict() | {"alerts": [alert.to_dict() for alert in alerts]}


@router.get("")
async def list_events(
    session: SessionDep,
    camera_id: str | None = None,
    min_risk: RiskLevel | None = None,
    reviewed: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page:
    """The newest first."""
    query = select(Event).order_by(Event.started_at.desc(), Event.id.desc())
    if camera_id is not None:
        query = query.where(Event.camera_id == camera_id)
    if min_risk is not None:
        query = query.where(Event.risk_score >= min_risk.lowest_score)
    if reviewed is not None:
        query = query.where(Event.is_reviewed == reviewed)
    if since is not None:
        query = query.where(Event.started_at >= since)
    if until is not None:
        query = query.where(Event.started_at < until)
    return await page_of(session, query, limit, offset)


@router.get("/stats")
async def read_statistics(
    session: SessionDep, redis: RedisDep, settings: SettingsDep
) -> dict[str, Any]:
    """Totals for the Dashboard, up to `stats_cache_seconds` old."""
    return await event_statistics(session, redis, settings.stats_cache_seconds)


@router.get("/{event_id}")
async def read_event(event_id: int, session: SessionDep) -> dict[str, Any]:
    """One event with its detections."""
    event = await session.get(Event, event_id, options=[selectinload(Event.detections)])
    if event is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"there is no event {event_id}")
    return event.to_dict() | {"detections": [detection.to_dict() for detection in event.detections]}


@router.post("/{event_id}/review")
async def review_event(
    event_id: int,
    body: EventReview,
    session: SessionDep,
    redis: RedisDep,
    broadcaster: BroadcasterDep,
    request: Request,
) -> dict[str, Any]:
    """Mark an event as seen by a person."""
    event = await found_or_404(session, Event, event_id)
    event.review(body.notes)
    write_audit(session, request, AuditAction.REVIEW, "event", event_id)
    await session.commit()
    await forget_statistics(redis)
    await broadcaster.publish("event.reviewed", event.to_dict())
    return event.to_dict()


async def _detections_of(session: SessionDep, body: EventCreate) -> list[Detection]:
    """The detections that the body names; 422 when one is missing or from another camera."""
    query = select(Detection).where(
        Detection.id.in_(body.detection_ids), Detection.camera_id == body.camera_id
    )
    found = list(await session.scalars(query))
    missing = sorted(set(body.detection_ids) - {detection.id for detection in found})
    if missing:
        raise HTTPException(
            status.HTTP_422_UNPROCESSABLE_CONTENT,
            f"camera {body.camera_id} has no detection {', '.join(map(str, missing))}",
        )
    return found
