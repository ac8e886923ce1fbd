"""Writing the audit log. An entry is part of the transaction that does what it describes."""

from typing import Any

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.models import Audit, AuditAction, AuditOutcome
from backend.models.audit import SYSTEM_ACTOR

#: The header in which the web UI says who is at the screen.
ACTOR_HEADER = "X-Actor"


def write_audit(
    session: AsyncSession,
    request: Request,
    action: AuditAction,
    resource_type: str,
    resource_id: object = None,
    outcome: AuditOutcome = AuditOutcome.SUCCESS,
    **details: Any,
) -> Audit:
    """Add an entry about a request to the session; committed with the rest, or not at all."""
    entry = Audit(
        actor=request.headers.get(ACTOR_HEADER) or SYSTEM_ACTOR,
        action=action,
        resource_type=resource_type,
        resource_id=None if resource_id is None else str(resource_id),
        outcome=outcome,
        details=details,
        ip_address=request.client.host if request.client else None,
    )
    session.add(entry)
    return entry
