"""Which rules an event fires. Adds alerts to the session; the caller commits."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import utcnow
from backend.models import Alert, AlertRule, Event, ObjectType


async def fire_rules(
    session: AsyncSession, event: Event, seen: Iterable[ObjectType]
) -> list[Alert]:
    """An alert for every rule that matches and is not cooling down."""
    objects = set(seen)
    rules = await session.scalars(
        select(AlertRule).where(AlertRule.is_enabled).order_by(AlertRule.id)
    )
    alerts = []
    for rule in rules.all():
        if rule.matches(event, objects) and not await is_cooling_down(session, rule):
            alerts.append(Alert(rule_id=rule.id, event_id=event.id, severity=rule.severity))
    session.add_all(alerts)
    await session.flush()
    return alerts


async def is_cooling_down(session: AsyncSession, rule: AlertRule) -> bool:
    """Whether the rule fired less than its cooldown ago."""
    last_fired = await session.scalar(
        select(func.max(Alert.created_at)).where(Alert.rule_id == rule.id)
    )
    if last_fired is None:
        return False
    return utcnow() - last_fired < timedelta(seconds=rule.cooldown_seconds)
