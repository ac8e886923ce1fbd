"""SQLAlchemy on a leased database: its schema once, and sessions whose work nobody sees afterwards. Leases nothing.

SQLAlchemy is imported where it is used: who only wants an address need not have it.
"""

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from pytest_taskgraph.addresses import Postgres

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
    from sqlalchemy.orm import Session

#: Makes the tables, such as `Base.metadata.create_all`.
Schema = Callable[["Connection"], object]


def apply_schema(schema: Schema, postgres: Postgres) -> None:
    """Calls `schema` with a connection, in a transaction that is committed; by psycopg, else by asyncpg."""
    if any(importlib.util.find_spec(name) for name in ("psycopg", "psycopg2")):
        engine = sync_engine(postgres)
        with engine.begin() as connection:
            schema(connection)
        engine.dispose()
        return
    # In a thread: the loops of the tests, and whether one runs right now, are not our business.
    with ThreadPoolExecutor(1) as executor:
        executor.submit(lambda: asyncio.run(_apply(schema, postgres))).result()


async def _apply(schema: Schema, postgres: Postgres) -> None:
    async with async_engine(postgres).begin() as connection:
        await connection.run_sync(schema)


def sync_engine(postgres: Postgres) -> "Engine":
    from sqlalchemy import create_engine

    return create_engine(postgres.sync_url)


def async_engine(postgres: Postgres) -> "AsyncEngine":
    """Without a pool: a connection belongs to the event loop that opened it, and every test may have one of its own."""
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    return create_async_engine(postgres.async_url, poolclass=NullPool)


@contextmanager
def session(engine: "Engine", options: Mapping[str, Any]) -> Iterator["Session"]:
    """A session whose commits and rollbacks end savepoints only; all it wrote is rolled back."""
    from sqlalchemy.orm import Session

    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            with Session(connection, **{"join_transaction_mode": "create_savepoint", **options}) as session:
                yield session
        finally:
            transaction.rollback()


@asynccontextmanager
async def async_session(engine: "AsyncEngine", options: Mapping[str, Any]) -> AsyncIterator["AsyncSession"]:
    """The same. What was committed stays loaded, since reading an attribute cannot wait for the database."""
    from sqlalchemy.ext.asyncio import AsyncSession

    defaults = {"join_transaction_mode": "create_savepoint", "expire_on_commit": False}
    async with engine.connect() as connection:
        transaction = await connection.begin()
        try:
            async with AsyncSession(connection, **{**defaults, **options}) as session:
                yield session
        finally:
            await transaction.rollback()
