"""Where a PostgreSQL and a Redis are, and their URLs for each driver. Pure; opens no connection."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL that nobody else uses, with one database in it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    #: The directory of its Unix socket; None when it has none that this process can see.
    socket: str | None = None

    @classmethod
    def at(cls, address: Mapping[str, Any]) -> "Postgres":
        """From the `address` of a lease. What is left out there is what libpq would take."""
        return cls(
            host=address.get("host", "127.0.0.1"), port=int(address.get("port", 5432)), user=address.get("user", "postgres"),
            password=address.get("password", ""), database=address.get("database", "postgres"), socket=address.get("socket"),
        )  # fmt: skip

    @property
    def url(self) -> str:
        """`postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, as libpq, psycopg and asyncpg themselves take it."""
        return self._url("postgresql")

    @property
    def async_url(self) -> str:
        """For SQLAlchemy's `create_async_engine`, by asyncpg."""
        return self._url("postgresql+asyncpg")

    @property
    def sync_url(self) -> str:
        """For SQLAlchemy's `create_engine`: by psycopg, and by psycopg2 where only that is installed."""
        old = importlib.util.find_spec("psycopg") is None and importlib.util.find_spec("psycopg2") is not None
        return self._url("postgresql+psycopg2" if old else "postgresql+psycopg")

    def _url(self, scheme: str) -> str:
        return f"{scheme}://{_login(self.user, self.password)}{self.host}:{self.port}/{quote(self.database, safe='')}"


@dataclass(frozen=True)
class Redis:
    """A Redis that nobody else uses; empty when the module begins."""

    host: str
    port: int
    #: None: it asks for none.
    password: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, address: Mapping[str, Any]) -> "Redis":
        """From the `address` of a lease."""
        return cls(address.get("host", "127.0.0.1"), int(address.get("port", 6379)), address.get("password") or None)

    @property
    def url(self) -> str:
        """`redis://:PASSWORD@HOST:PORT/0`."""
        return f"redis://{_login('', self.password or '')}{self.host}:{self.port}/0"


def _login(user: str, password: str) -> str:
    secret = f":{quote(password, safe='')}" if password else ""
    return f"{quote(user, safe='')}{secret}@" if user or secret else ""
