"""Something that happened: detections that belong together, with a judgement."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.clock import utcnow
from backend.models.base import Base
from backend.models.enums import RiskLevel

if TYPE_CHECKING:
    from backend.models.alert import Alert
    from backend.models.camera import Camera
    from backend.models.detection import Detection


class Event(Base):
    """A span of time at one camera, how risky it looked, and whether somebody has reviewed it."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("risk_score BETWEEN 0 AND 100", name="risk_score_range"),
        CheckConstraint("length(summary) > 0", name="summary_not_empty"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_start"),
        Index("ix_events_camera_id_started_at", "camera_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"))
    risk_score: Mapped[int] = mapped_column(SmallInteger, default=0)
    summary: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
    is_reviewed: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str | None] = mapped_column(Text)

    camera: Mapped["Camera"] = relationship(back_populates="events")
    detections: Mapped[list["Detection"]] = relationship(
        back_populates="event", passive_deletes=True, order_by="Detection.detected_at"
    )
    alerts: Mapped[list["Alert"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def risk_level(self) -> RiskLevel:
        """The risk score in words."""
        return RiskLevel.from_score(self.risk_score)

    @property
    def duration(self) -> timedelta | None:
        """How long it lasted; None while it lasts."""
        return None if self.ended_at is None else self.ended_at - self.started_at

    def review(self, notes: str | None = None) -> None:
        """Mark as seen by a person; notes are kept when none are given."""
        self.is_reviewed = True
        if notes is not None:
            self.notes = notes

    def to_dict(self) -> dict[str, Any]:
        """The dictionary form, with the risk level beside the score it follows from."""
        return super().to_dict() | {"risk_level": self.risk_level.value}

    @classmethod
    def from_dict(cls, data: Any) -> "Event":
        """The reverse of `to_dict`; a risk level is recomputed, never read."""
        return super().from_dict({key: value for key, value in data.items() if key != "risk_level"})
