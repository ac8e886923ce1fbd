"""A key with which another program calls the API. Only its hash is stored."""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.clock import utcnow
from backend.models.base import Base
from backend.models.enums import APIKeyScope, enum_column

#: Characters of the key that are stored readable, to find it by.
PREFIX_LENGTH = 8


def hash_key(key: str) -> str:
    """What is stored of a key. Keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


class APIKey(Base):
    """A named permission; usable while it is active and has not expired."""

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name_not_empty"),
        CheckConstraint(f"length(prefix) = {PREFIX_LENGTH}", name="prefix_length"),
        CheckConstraint("length(key_hash) = 64", name="key_hash_length"),
        CheckConstraint(
            "expires_at IS NULL OR expires_at > created_at", name="expires_after_creation"
        ),
    )
    private_columns: ClassVar[frozenset[str]] = frozenset({"key_hash"})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(String(PREFIX_LENGTH), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[APIKeyScope] = mapped_column(
        enum_column(APIKeyScope, "api_key_scope"), default=APIKeyScope.READ
    )
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    @classmethod
    def issue(
        cls,
        name: str,
        scope: APIKeyScope = APIKeyScope.READ,
        expires_at: datetime | None = None,
    ) -> tuple["APIKey", str]:
        """A new row and the key itself, which cannot be had again."""
        key = secrets.token_urlsafe(32)
        row = cls(
            name=name,
            prefix=key[:PREFIX_LENGTH],
            key_hash=hash_key(key),
            scope=scope,
            expires_at=expires_at,
        )
        return row, key

    def verify(self, key: str) -> bool:
        """Whether that is the key, compared in constant time."""
        return hmac.compare_digest(self.key_hash, hash_key(key))

    def is_usable(self, now: datetime) -> bool:
        """Whether the key opens anything at that time."""
        return self.is_active and (self.expires_at is None or now < self.expires_at)

    def allows(self, scope: APIKeyScope, now: datetime) -> bool:
        """Whether the key is usable and its scope includes the one asked for."""
        return self.is_usable(now) and self.scope.includes(scope)
