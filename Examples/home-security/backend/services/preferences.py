"""What the user changes on the Settings page; kept in Redis so that all processes agree."""

from pydantic import BaseModel, ConfigDict, Field
from redis.asyncio import Redis

KEY = "preferences"


class Preferences(BaseModel):
    """The household's choices, with the defaults of a new installation."""

    model_config = ConfigDict(extra="forbid")

    retention_days: int = Field(default=30, ge=1, le=365)
    minimum_confidence: float = Field(default=0.5, ge=0, le=1)
    notifications_enabled: bool = True
    timezone: str = Field(default="UTC", min_length=1, max_length=64)


async def load_preferences(redis: Redis) -> Preferences:
    """The stored choices, or the defaults."""
    stored = await redis.get(KEY)
    return Preferences() if stored is None else Preferences.model_validate_json(stored)


async def save_preferences(redis: Redis, preferences: Preferences) -> None:
    """Store the choices for every process."""
    await redis.set(KEY, preferences.model_dump_json())
