"""Alerts and the rules that make them."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, status
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.api.dependencies import BroadcasterDep, SessionDep, found_or_404
from backend.api.paging import page_of
from backend.core.clock import utcnow
from backend.models import Alert, AlertRule, AlertSeverity, AlertStatus, AuditAction, Camera
from backend.schemas.common import Limit, Offset, Page
from backend.schemas.events import AlertRuleCreate, AlertRuleUpdate
from backend.services.auditing import write_audit

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


@router.get("")
async def list_alerts(
    session: SessionDep,
    status: AlertStatus | None = None,
    severity: AlertSeverity | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page:
    """The newest first."""
    query = select(Alert).order_by(Alert.created_at.desc(), Alert.id.desc())
    if status is not None:
        query = query.where(Alert.status == status)
    if severity is not None:
        query = query.where(Alert.severity == severity)
    return await page_of(session, query, limit, offset)


@router.post("/{alert_id}/acknowledge")
async def acknowledge_alert(
    alert_id: int, session: SessionDep, request: Request, broadcaster: BroadcasterDep
) -> dict[str, Any]:
    """Somebody has seen it; 409 unless it is pending."""
    return await _move(alert_id, AuditAction.ACKNOWLEDGE, session, request, broadcaster)


@router.post("/{alert_id}/dismiss")
async def dismiss_alert(
    alert_id: int, session: SessionDep, request: Request, broadcaster: BroadcasterDep
) -> dict[str, Any]:
    """It needs nobody any more; 409 if it is dismissed already."""
    return await _move(alert_id, AuditAction.DISMISS, session, request, broadcaster)


@router.get("/rules")
async def list_rules(session: SessionDep) -> list[dict[str, Any]]:
    """All rules by name."""
    return [
        rule.to_dict() for rule in await session.scalars(select(AlertRule).order_by(AlertRule.name))
    ]


@router.post("/rules", status_code=status.HTTP_201_CREATED)
async def create_rule(
    body: AlertRuleCreate, session: SessionDep, request: Request
) -> dict[str, Any]:
    """A new rule; 409 when the name is taken."""
    if body.camera_id is not None:
        await found_or_404(session, Camera, body.camera_id)
    rule = AlertRule(**body.model_dump())
    session.add(rule)
    try:
        await session.flush()
    except IntegrityError as error:
        raise HTTPException(
            status.HTTP_409_CONFLICT, f"there is a rule {body.name} already"
        ) from error
    write_audit(session, request, AuditAction.CREATE, "alert_rule", rule.id)
    await session.commit()
    return rule.to_dict()


@router.patch("/rules/{rule_id}")
async def update_rule(
    rule_id: int, body: AlertRuleUpdate, session: SessionDep, request: Request
) -> dict[str, Any]:
    """Change what the body names."""
    rule = await found_or_404(session, AlertRule, rule_id)
    for name, value in body.changes().items():
        setattr(rule, name, value)
    write_audit(
        session, request, AuditAction.UPDATE, "alert_rule", rule_id, fields=sorted(body.changes())
    )
    await session.commit()
    return rule.to_dict()


@router.delete("/rules/{rule_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_rule(rule_id: int, session: SessionDep, request: Request) -> None:
    """Remove a rule and the alerts it made."""
    await session.delete(await found_or_404(session, AlertRule, rule_id))
    write_audit(session, request, AuditAction.DELETE, "alert_rule", rule_id)
    await session.commit()


async def _move(
    alert_id: int,
    action: AuditAction,
    session: SessionDep,
    request: Request,
    broadcaster: BroadcasterDep,
) -> dict[str, Any]:
    alert = await found_or_404(session, Alert, alert_id)
    try:
        if action is AuditAction.ACKNOWLEDGE:
            alert.acknowledge(utcnow())
        else:
            alert.dismiss(utcnow())
    except ValueError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error
    write_audit(session, request, action, "alert", alert_id)
    await session.commit()
    await broadcaster.publish("alert.updated", alert.to_dict())
    return alert.to_dict()
