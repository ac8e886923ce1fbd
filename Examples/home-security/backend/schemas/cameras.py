"""Requests about cameras and their zones."""

from typing import Annotated

from pydantic import Field

from backend.models import CameraStatus, ZoneKind
from backend.schemas.common import RequestModel

Name = Annotated[str, Field(min_length=1, max_length=120)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Polygon = Annotated[list[tuple[Fraction, Fraction]], Field(min_length=3)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
FramesPerSecond = Annotated[int, Field(ge=1, le=60)]


class CameraCreate(RequestModel):
    """A new camera."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
    name: Name
    location: Annotated[str | None, Field(max_length=200)] = None
    stream_url: Annotated[str, Field(min_length=1, max_length=500)]
    fps: FramesPerSecond = 15
    is_enabled: bool = True


class CameraUpdate(RequestModel):
    """What may change about a camera."""

    name: Name = None
    location: Annotated[str | None, Field(max_length=200)] = None
    stream_url: Annotated[str, Field(min_length=1, max_length=500)] = None
    status: CameraStatus = None
    fps: FramesPerSecond = None
    is_enabled: bool = None


class ZoneCreate(RequestModel):
    """A new zone of a camera."""

    name: Name
    kind: ZoneKind = ZoneKind.YARD
    polygon: Polygon
    color: Color = "#3b82f6"
    priority: Annotated[int, Field(ge=0, le=100)] = 0


class ZoneUpdate(RequestModel):
    """What may change about a zone."""

    name: Name = None
    kind: ZoneKind = None
    polygon: Polygon = None
    color: Color = None
    priority: Annotated[int, Field(ge=0, le=100)] = None
    is_enabled: bool = None
