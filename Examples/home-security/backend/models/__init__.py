"""All tables. Importing this package makes `Base.metadata` complete."""

from backend.models.alert import Alert
from backend.models.alert_rule import AlertRule
from backend.models.api_key import APIKey
from backend.models.audit import Audit
from backend.models.base import Base
from backend.models.baseline import Baseline
from backend.models.camera import Camera
from backend.models.detection import Detection
from backend.models.enums import (
    AlertSeverity,
    AlertStatus,
    APIKeyScope,
    AuditAction,
    AuditOutcome,
    CameraStatus,
    ObjectType,
    RiskLevel,
    ZoneKind,
)
from backend.models.event import Event
from backend.models.gpu_stats import GPUStats
from backend.models.zone import Zone

__all__ = [
    "APIKey",
    "APIKeyScope",
    "Alert",
    "AlertRule",
    "AlertSeverity",
    "AlertStatus",
    "Audit",
    "AuditAction",
    "AuditOutcome",
    "Base",
    "Baseline",
    "Camera",
    "CameraStatus",
    "Detection",
    "Event",
    "GPUStats",
    "ObjectType",
    "RiskLevel",
    "Zone",
    "ZoneKind",
]
