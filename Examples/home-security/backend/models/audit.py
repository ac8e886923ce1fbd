"""Who did what to which resource."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.clock import utcnow
from backend.models.base import Base
from backend.models.enums import AuditAction, AuditOutcome, enum_column

#: The actor of what the backend does by itself.
SYSTEM_ACTOR = "system"


class Audit(Base):
    """One entry of the audit log. Entries are written once and never changed."""

    __tablename__ = "audit_log"
    __table_args__ = (
        CheckConstraint("length(actor) > 0", name="actor_not_empty"),
        CheckConstraint("length(resource_type) > 0", name="resource_type_not_empty"),
        Index("ix_audit_log_resource_type_resource_id", "resource_type", "resource_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    actor: Mapped[str] = mapped_column(String(120), default=SYSTEM_ACTOR)
    action: Mapped[AuditAction] = mapped_column(enum_column(AuditAction, "audit_action"))
    resource_type: Mapped[str] = mapped_column(String(50))
    resource_id: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[AuditOutcome] = mapped_column(
        enum_column(AuditOutcome, "audit_outcome"), default=AuditOutcome.SUCCESS
    )
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ip_address: Mapped[str | None] = mapped_column(String(45))

    @property
    def is_failure(self) -> bool:
        """Whether it was refused or went wrong."""
        return self.outcome is not AuditOutcome.SUCCESS

    def describe(self) -> str:
        """One line for people, as in `admin: delete camera porch (denied)`."""
        target = (
            f"{self.resource_type} {self.resource_id}" if self.resource_id else self.resource_type
        )
        ending = f" ({self.outcome.value})" if self.is_failure else ""
        return f"{self.actor}: {self.action.value} {target}{ending}"
