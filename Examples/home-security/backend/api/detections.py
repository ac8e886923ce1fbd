"""Detections as the detector reports them, and the entities seen in them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from sqlalchemy import func, select

from backend.api.dependencies import (
    BroadcasterDep,
    RedisDep,
    SessionDep,
    found_or_404,
    require_scope,
)
from backend.api.paging import page_of
from backend.core.clock import utcnow
from backend.models import APIKey, APIKeyScope, Camera, Detection, ObjectType
from backend.schemas.common import Limit, Offset, Page
from backend.schemas.events import DetectionCreate
from backend.services.preferences import load_preferences

router = APIRouter(prefix="/api", tags=["detections"])

Detector = Annotated[APIKey, Depends(require_scope(APIKeyScope.INGEST))]


@router.post("/detections", status_code=status.HTTP_201_CREATED)
async def create_detection(
    body: DetectionCreate,
    _: Detector,
    session: SessionDep,
    redis: RedisDep,
    broadcaster: BroadcasterDep,
) -> dict:
    """Store a detection; `stored` is false for one below the household's minimum confidence."""
    camera = await found_or_404(session, Camera, body.camera_id)
    detection = Detection(**body.model_dump(exclude={"detected_at"}))
    detection.detected_at = body.detected_at or utcnow()
    camera.seen(detection.detected_at)
    preferences = await load_preferences(redis)
    stored = detection.is_confident(preferences.minimum_confidence)
    if stored:
        session.add(detection)
    await session.commit()
    if stored:
        await broadcaster.publish("detection.created", detection.to_dict())
    return {"stored": stored, "detection": detection.to_dict() if stored else None}


@router.get("/detections")
async def list_detections(
    session: SessionDep,
    camera_id: str | None = None,
    object_type: ObjectType | None = None,
    min_confidence: Annotated[float, Query(ge=0, le=1)] = 0,
    since: datetime | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page:
    """The newest first."""
    query = select(Detection).order_by(Detection.detected_at.desc(), Detection.id.desc())
    query = query.where(Detection.confidence >= min_confidence)
    if camera_id is not None:
        query = query.where(Detection.camera_id == camera_id)
    if object_type is not None:
        query = query.where(Detection.object_type == object_type)
    if since is not None:
        query = query.where(Detection.detected_at >= since)
    return await page_of(session, query, limit, offset)


@router.get("/detections/{detection_id}")
async def read_detection(detection_id: int, session: SessionDep) -> dict:
    """One detection."""
    return (await found_or_404(session, Detection, detection_id)).to_dict()


@router.get("/entities")
async def list_entities(session: SessionDep, object_type: ObjectType | None = None) -> list[dict]:
    """Who and what was recognised, how often, where, and when last; the latest first."""
    last_seen = func.max(Detection.detected_at)
    query = (
        select(
            Detection.entity,
            Detection.object_type,
            func.count(),
            func.array_agg(Detection.camera_id.distinct()),
            func.min(Detection.detected_at),
            last_seen,
        )
        .where(Detection.entity.is_not(None))
        .group_by(Detection.entity, Detection.object_type)
        .order_by(last_seen.desc(), Detection.entity)
    )
    if object_type is not None:
        query = query.where(Detection.object_type == object_type)
    return [
        {
            "entity": entity,
            "object_type": kind,
            "detections": count,
            "cameras": cameras,
            "first_seen_at": first,
            "last_seen_at": last,
        }
        for entity, kind, count, cameras, first, last in await session.execute(query)
    ]
