"""A camera on the premises."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.clock import utcnow
from backend.models.base import Base
from backend.models.enums import CameraStatus, enum_column

if TYPE_CHECKING:
    from backend.models.baseline import Baseline
    from backend.models.detection import Detection
    from backend.models.event import Event
    from backend.models.zone import Zone


class Camera(Base):
    """A source of pictures. Its id is a slug that people choose, as in `front-door`."""

    __tablename__ = "cameras"
    __table_args__ = (
        CheckConstraint("id ~ '^[a-z0-9][a-z0-9_-]*$'", name="id_is_slug"),
        CheckConstraint("length(name) > 0", name="name_not_empty"),
        CheckConstraint("fps BETWEEN 1 AND 60", name="fps_range"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    location: Mapped[str | None] = mapped_column(String(200))
    stream_url: Mapped[str] = mapped_column(String(500), unique=True)
    status: Mapped[CameraStatus] = mapped_column(
        enum_column(CameraStatus, "camera_status"), default=CameraStatus.OFFLINE
    )
    fps: Mapped[int] = mapped_column(SmallInteger, default=15)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime | None]

    zones: Mapped[list["Zone"]] = relationship(
        back_populates="camera", cascade="all, delete-orphan", passive_deletes=True
    )
    detections: Mapped[list["Detection"]] = relationship(
        back_populates="camera", cascade="all, delete-orphan", passive_deletes=True
    )
    events: Mapped[list["Event"]] = relationship(
        back_populates="camera", cascade="all, delete-orphan", passive_deletes=True
    )
    baselines: Mapped[list["Baseline"]] = relationship(
        back_populates="camera", cascade="all, delete-orphan", passive_deletes=True
    )

    def seen(self, at: datetime) -> None:
        """Note a picture taken at that time; an older one than the last changes nothing."""
        if self.last_seen_at is None or at > self.last_seen_at:
            self.last_seen_at = at
            self.status = CameraStatus.ONLINE

    def is_stale(self, now: datetime, after: timedelta) -> bool:
        """Whether an enabled camera has been silent for longer than `after`."""
        if not self.is_enabled:
            return False
        return self.last_seen_at is None or now - self.last_seen_at > after
