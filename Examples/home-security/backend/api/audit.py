"""Reading the audit log. There is no route that changes it."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlalchemy import func, select

from backend.api.dependencies import SessionDep
from backend.api.paging import page_of
from backend.models import Audit, AuditAction, AuditOutcome
from backend.schemas.common import Limit, Offset, Page

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get("")
async def list_audit(
    session: SessionDep,
    actor: str | None = None,
    action: AuditAction | None = None,
    outcome: AuditOutcome | None = None,
    resource_type: str | None = None,
    since: datetime | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page:
    """The newest first."""
    query = select(Audit).order_by(Audit.created_at.desc(), Audit.id.desc())
    if actor is not None:
        query = query.where(Audit.actor == actor)
    if action is not None:
        query = query.where(Audit.action == action)
    if outcome is not None:
        query = query.where(Audit.outcome == outcome)
    if resource_type is not None:
        query = query.where(Audit.resource_type == resource_type)
    if since is not None:
        query = query.where(Audit.created_at >= since)
    return await page_of(session, query, limit, offset)


@router.get("/summary")
async def summarise_audit(session: SessionDep) -> dict[str, Any]:
    """How many entries each action and each actor have."""
    by_action = await session.execute(select(Audit.action, func.count()).group_by(Audit.action))
    by_actor = await session.execute(select(Audit.actor, func.count()).group_by(Audit.actor))
    return {
        "by_action": {action.value: count for action, count in by_action},
        "by_actor": {actor: count for actor, count in by_actor},
    }
