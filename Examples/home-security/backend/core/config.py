"""Settings of a process, read once from the environment (or a local .env file).

What the user changes while the system runs is not here: see services/preferences.py.
"""

from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

VERSION = "0.1.0"


class Settings(BaseSettings):
    """Where the services are and how this process behaves."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = "postgresql+asyncpg://postgres:postgres@localhost:5432/home_security"
    redis_url: str = "redis://localhost:6379/0"

    #: Connections kept open per process, and how many more a burst may add.
    database_pool_size: int = Field(default=5, ge=1)
    database_max_overflow: int = Field(default=5, ge=0)

    #: Seconds for which event statistics are served from Redis.
    stats_cache_seconds: int = Field(default=30, ge=1)
    #: Seconds between two samples of the GPU; 0 turns sampling off.
    gpu_sample_seconds: float = Field(default=10.0, ge=0)
    #: Log records kept in memory for the Logs page.
    recent_logs: int = Field(default=1000, ge=1)
    log_level: str = "INFO"


@lru_cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
