"""Zones of a camera."""

from fastapi import APIRouter, HTTPException, Request, status
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.api.dependencies import SessionDep, found_or_404
from backend.models import AuditAction, Camera, Zone
from backend.schemas.cameras import ZoneCreate, ZoneUpdate
from backend.services.auditing import write_audit

router = APIRouter(prefix="/api", tags=["zones"])


@router.get("/cameras/{camera_id}/zones")
async def list_zones(camera_id: str, session: SessionDep) -> list[dict]:
    """The zones of a camera, the most important first."""
    await found_or_404(session, Camera, camera_id)
    query = (
        select(Zone).where(Zone.camera_id == camera_id).order_by(Zone.priority.desc(), Zone.name)
    )
    return [zone.to_dict() for zone in await session.scalars(query)]


@router.post("/cameras/{camera_id}/zones", status_code=status.HTTP_201_CREATED)
async def create_zone(
    camera_id: str, body: ZoneCreate, session: SessionDep, request: Request
) -> dict:
    """A new zone; 409 when the camera has one of that name."""
    await found_or_404(session, Camera, camera_id)
    zone = Zone(camera_id=camera_id, **body.model_dump())
    session.add(zone)
    try:
        await session.flush()
    except IntegrityError as error:
        raise HTTPException(
            status.HTTP_409_CONFLICT, f"there is a zone {body.name} already"
        ) from error
    write_audit(session, request, AuditAction.CREATE, "zone", zone.id, camera_id=camera_id)
    await session.commit()
    return zone.to_dict()


@router.get("/cameras/{camera_id}/zones/at")
async def zones_at(camera_id: str, x: float, y: float, session: SessionDep) -> list[str]:
    """The names of the enabled zones that contain a point, the most important first."""
    query = (
        select(Zone)
        .where(Zone.camera_id == camera_id, Zone.is_enabled)
        .order_by(Zone.priority.desc(), Zone.name)
    )
    return [zone.name for zone in await session.scalars(query) if zone.contains(x, y)]


@router.patch("/zones/{zone_id}")
async def update_zone(
    zone_id: int, body: ZoneUpdate, session: SessionDep, request: Request
) -> dict:
    """Change what the body names."""
    zone = await found_or_404(session, Zone, zone_id)
    for name, value in body.changes().items():
        setattr(zone, name, value)
    write_audit(
        session, request, AuditAction.UPDATE, "zone", zone_id, fields=sorted(body.changes())
    )
    await session.commit()
    return zone.to_dict()


@router.delete("/zones/{zone_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_zone(zone_id: int, session: SessionDep, request: Request) -> None:
    """Remove a zone."""
    await session.delete(await found_or_404(session, Zone, zone_id))
    write_audit(session, request, AuditAction.DELETE, "zone", zone_id)
    await session.commit()
