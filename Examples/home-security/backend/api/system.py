"""The state of the system: load of the GPU, what was learned, what was logged."""

import logging
import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from sqlalchemy import func, select

from backend.api.dependencies import SessionDep
from backend.core.config import VERSION
from backend.models import Alert, Baseline, Camera, Detection, Event, GPUStats

router = APIRouter(prefix="/api", tags=["system"])

COUNTED = {"cameras": Camera, "detections": Detection, "events": Event, "alerts": Alert}


@router.get("/system")
async def read_system(session: SessionDep, request: Request) -> dict[str, Any]:
    """Version, uptime in seconds, the latest GPU sample and the number of rows."""
    latest = await session.scalar(select(GPUStats).order_by(GPUStats.recorded_at.desc()).limit(1))
    counts = {
        name: await session.scalar(select(func.count()).select_from(table))
        for name, table in COUNTED.items()
    }
    return {
        "version": VERSION,
        "uptime_seconds": time.monotonic() - request.app.state.started,
        "gpu": None if latest is None else latest.to_dict(),
        "counts": counts,
    }


@router.get("/system/gpu")
async def gpu_history(
    session: SessionDep, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[dict[str, Any]]:
    """The latest samples, in the order of time."""
    query = select(GPUStats).order_by(GPUStats.recorded_at.desc(), GPUStats.id.desc()).limit(limit)
    return [sample.to_dict() for sample in reversed((await session.scalars(query)).all())]


@router.get("/system/baselines/{camera_id}")
async def read_baselines(camera_id: str, session: SessionDep) -> list[dict[str, Any]]:
    """What is usual for a camera, by weekday and hour."""
    query = (
        select(Baseline)
        .where(Baseline.camera_id == camera_id)
        .order_by(Baseline.weekday, Baseline.hour, Baseline.object_type)
    )
    return [
        baseline.to_dict() | {"standard_deviation": baseline.standard_deviation}
        for baseline in await session.scalars(query)
    ]


@router.get("/logs")
async def read_logs(
    request: Request,
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "DEBUG",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[dict[str, Any]]:
    """What this process logged last, of at least that level, newest first."""
    return request.app.state.recent_logs.newest(limit, logging.getLevelName(level))
