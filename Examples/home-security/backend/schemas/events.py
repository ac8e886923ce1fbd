"""Requests about detections, events and alerts."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from backend.models import AlertSeverity, ObjectType
from backend.schemas.common import RequestModel

Fraction = Annotated[float, Field(ge=0, le=1)]
RiskScore = Annotated[int, Field(ge=0, le=100)]


class DetectionCreate(RequestModel):
    """What the detector saw."""

    camera_id: str
    object_type: ObjectType
    confidence: Fraction
    bbox: tuple[Fraction, Fraction, Fraction, Fraction]
    entity: Annotated[str | None, Field(max_length=64)] = None
    media_path: Annotated[str | None, Field(max_length=500)] = None
    detected_at: AwareDatetime | None = None


class EventCreate(RequestModel):
    """Detections that belong together, judged."""

    camera_id: str
    risk_score: RiskScore
    summary: Annotated[str, Field(min_length=1)]
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    detection_ids: list[int] = []

    @model_validator(mode="after")
    def ends_after_start(self) -> "EventCreate":
        ended: datetime | None = self.ended_at
        if ended is not None and ended < self.started_at:
            raise ValueError("an event cannot end before it starts")
        return self


class EventReview(RequestModel):
    """Somebody has looked at an event."""

    notes: str | None = None


class AlertRuleCreate(RequestModel):
    """A new rule."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    severity: AlertSeverity = AlertSeverity.WARNING
    min_risk_score: RiskScore = 60
    object_types: list[ObjectType] = []
    camera_id: str | None = None
    cooldown_seconds: Annotated[int, Field(ge=0)] = 300


class AlertRuleUpdate(RequestModel):
    """What may change about a rule."""

    is_enabled: bool = None
    severity: AlertSeverity = None
    min_risk_score: RiskScore = None
    object_types: list[ObjectType] = None
    cooldown_seconds: Annotated[int, Field(ge=0)] = None
