"""Requests of the Settings page."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from backend.models import APIKeyScope
from backend.schemas.common import RequestModel


class PreferencesUpdate(RequestModel):
    """What may change; the limits are those of services/preferences.py."""

    retention_days: int = None
    minimum_confidence: float = None
    notifications_enabled: bool = None
    timezone: str = None


class APIKeyCreate(RequestModel):
    """A new key."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    scope: APIKeyScope = APIKeyScope.READ
    expires_at: AwareDatetime | None = None
