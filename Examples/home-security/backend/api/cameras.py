"""Cameras: create, read, update, delete."""

from fastapi import APIRouter, HTTPException, Request, status
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.api.dependencies import BroadcasterDep, SessionDep, found_or_404
from backend.api.paging import page_of
from backend.models import AuditAction, Camera, CameraStatus
from backend.schemas.cameras import CameraCreate, CameraUpdate
from backend.schemas.common import Limit, Offset, Page
from backend.services.auditing import write_audit

router = APIRouter(prefix="/api/cameras", tags=["cameras"])


@router.get("")
async def list_cameras(
    session: SessionDep,
    status: CameraStatus | None = None,
    enabled: bool | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page:
    """The cameras in the order of their ids."""
    query = select(Camera).order_by(Camera.id)
    if status is not None:
        query = query.where(Camera.status == status)
    if enabled is not None:
        query = query.where(Camera.is_enabled == enabled)
    return await page_of(session, query, limit, offset)


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_camera(body: CameraCreate, session: SessionDep, request: Request) -> dict:
    """A new camera; 409 when the id or the stream is taken."""
    camera = Camera(**body.model_dump())
    session.add(camera)
    write_audit(session, request, AuditAction.CREATE, "camera", camera.id)
    try:
        await session.commit()
    except IntegrityError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, "the id or the stream is taken") from error
    return camera.to_dict()


@router.get("/{camera_id}")
async def read_camera(camera_id: str, session: SessionDep) -> dict:
    """One camera."""
    return (await found_or_404(session, Camera, camera_id)).to_dict()


@router.patch("/{camera_id}")
async def update_camera(
    camera_id: str,
    body: CameraUpdate,
    session: SessionDep,
    request: Request,
    broadcaster: BroadcasterDep,
) -> dict:
    """Change what the body names; listeners are told."""
    camera = await found_or_404(session, Camera, camera_id)
    for name, value in body.changes().items():
        setattr(camera, name, value)
    write_audit(
        session, request, AuditAction.UPDATE, "camera", camera_id, fields=sorted(body.changes())
    )
    try:
        await session.commit()
    except IntegrityError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, "the stream is taken") from error
    await broadcaster.publish("camera.updated", camera.to_dict())
    return camera.to_dict()


@router.delete("/{camera_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_camera(camera_id: str, session: SessionDep, request: Request) -> None:
    """Remove a camera and everything that was recorded with it."""
    camera = await found_or_404(session, Camera, camera_id)
    await session.delete(camera)
    write_audit(session, request, AuditAction.DELETE, "camera", camera_id)
    await session.commit()
