"""When an event is worth telling somebody about."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.clock import utcnow
from backend.models.base import Base
from backend.models.enums import AlertSeverity, ObjectType, enum_column
from backend.models.event import Event

if TYPE_CHECKING:
    from backend.models.alert import Alert
    from backend.models.camera import Camera


class AlertRule(Base):
    """A condition on events; a part that is left open (no camera, no object types) matches all."""

    __tablename__ = "alert_rules"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name_not_empty"),
        CheckConstraint("min_risk_score BETWEEN 0 AND 100", name="min_risk_score_range"),
        CheckConstraint("cooldown_seconds >= 0", name="cooldown_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    severity: Mapped[AlertSeverity] = mapped_column(
        enum_column(AlertSeverity, "alert_severity"), default=AlertSeverity.WARNING
    )
    min_risk_score: Mapped[int] = mapped_column(SmallInteger, default=60)
    object_types: Mapped[list[str]] = mapped_column(default=list)
    camera_id: Mapped[str | None] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"))
    cooldown_seconds: Mapped[int] = mapped_column(default=300)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    camera: Mapped["Camera | None"] = relationship()
    alerts: Mapped[list["Alert"]] = relationship(
        back_populates="rule", cascade="all, delete-orphan", passive_deletes=True
    )

    def matches(self, event: Event, seen: Iterable[ObjectType]) -> bool:
        """Whether the rule applies to an event in which those objects were seen."""
        if not self.is_enabled or event.risk_score < self.min_risk_score:
            return False
        if self.camera_id is not None and self.camera_id != event.camera_id:
            return False
        return not self.object_types or not set(self.object_types).isdisjoint(seen)
