"""A rule that fired for an event."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.clock import utcnow
from backend.models.base import Base
from backend.models.enums import AlertSeverity, AlertStatus, enum_column

if TYPE_CHECKING:
    from backend.models.alert_rule import AlertRule
    from backend.models.event import Event


class Alert(Base):
    """Pending until somebody acknowledges it; dismissed when it needs nobody any more."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("rule_id", "event_id"),
        CheckConstraint(
            "status <> 'acknowledged' OR acknowledged_at IS NOT NULL", name="acknowledged_has_time"
        ),
        CheckConstraint(
            "(status = 'dismissed') = (dismissed_at IS NOT NULL)", name="dismissed_has_time"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    severity: Mapped[AlertSeverity] = mapped_column(enum_column(AlertSeverity, "alert_severity"))
    status: Mapped[AlertStatus] = mapped_column(
        enum_column(AlertStatus, "alert_status"), default=AlertStatus.PENDING
    )
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    acknowledged_at: Mapped[datetime | None]
    dismissed_at: Mapped[datetime | None]

    rule: Mapped["AlertRule"] = relationship(back_populates="alerts")
    event: Mapped["Event"] = relationship(back_populates="alerts")

    def acknowledge(self, at: datetime) -> None:
        """Somebody has seen it; raises ValueError unless it is pending."""
        if self.status is not AlertStatus.PENDING:
            raise ValueError(f"only a pending alert can be acknowledged, this one is {self.status}")
        self.status = AlertStatus.ACKNOWLEDGED
        self.acknowledged_at = at

    def dismiss(self, at: datetime) -> None:
        """It needs nobody any more; raises ValueError if it is dismissed already."""
        if self.status is AlertStatus.DISMISSED:
            raise ValueError("the alert is dismissed already")
        self.status = AlertStatus.DISMISSED
        self.dismissed_at = at
