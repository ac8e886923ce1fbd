"""The closed vocabularies of the tables. Stored by value, as native PostgreSQL enums."""

from enum import StrEnum

from sqlalchemy import Enum


class CameraStatus(StrEnum):
    """What is known about the connection to a camera."""

    ONLINE = "online"
    OFFLINE = "offline"
    ERROR = "error"


class ZoneKind(StrEnum):
    """What a zone of a camera's picture shows."""

    ENTRY = "entry"
    DRIVEWAY = "driveway"
    SIDEWALK = "sidewalk"
    YARD = "yard"
    PRIVATE = "private"


class ObjectType(StrEnum):
    """What the detector can tell apart."""

    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    PACKAGE = "package"


class RiskLevel(StrEnum):
    """A risk score (0 to 100) in words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @classmethod
    def from_score(cls, score: int) -> "RiskLevel":
        """The level of a score; raises ValueError outside 0 to 100."""
        if not 0 <= score <= 100:
            raise ValueError(f"a risk score lies between 0 and 100, not {score}")
        return next(level for level, lowest in reversed(RISK_THRESHOLDS.items()) if score >= lowest)

    @property
    def lowest_score(self) -> int:
        """The smallest score of this level."""
        return RISK_THRESHOLDS[self]


#: The smallest score of each level, in ascending order.
RISK_THRESHOLDS = {
    RiskLevel.LOW: 0,
    RiskLevel.MEDIUM: 30,
    RiskLevel.HIGH: 60,
    RiskLevel.CRITICAL: 85,
}


class AlertSeverity(StrEnum):
    """How loudly an alert is delivered."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertStatus(StrEnum):
    """Where an alert is in its life: pending, then acknowledged, then dismissed."""

    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"


class APIKeyScope(StrEnum):
    """What the holder of a key may do; each scope includes the ones before it."""

    READ = "read"
    INGEST = "ingest"
    ADMIN = "admin"

    def includes(self, other: "APIKeyScope") -> bool:
        """Whether this scope allows what `other` allows."""
        order = list(APIKeyScope)
        return order.index(self) >= order.index(other)


class AuditAction(StrEnum):
    """What was done to a resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REVIEW = "review"
    ACKNOWLEDGE = "acknowledge"
    DISMISS = "dismiss"
    LOGIN = "login"


class AuditOutcome(StrEnum):
    """How it ended."""

    SUCCESS = "success"
    DENIED = "denied"
    ERROR = "error"


def enum_column(kind: type[StrEnum], name: str) -> Enum:
    """A native enum type that stores the members' values rather than their Python names."""
    return Enum(
        kind, name=name, values_callable=lambda members: [member.value for member in members]
    )
