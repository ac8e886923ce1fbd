"""Fixtures of the integration tests. All tests share one PostgreSQL and one Redis.

The services are named by DATABASE_URL and REDIS_URL. Several xdist workers use them at once, so
what touches the schema takes an advisory lock. See CLAUDE.md, "Integration tests".
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import NullPool

from backend.core.config import Settings
from backend.main import create_app
from backend.models import APIKey, APIKeyScope, Base, Camera

#: Keys of the advisory locks: one for the tables, one for tests that want no company.
SCHEMA_LOCK = 20_240_117
EXCLUSIVE_LOCK = 20_240_118

TABLES = ", ".join(table.name for table in Base.metadata.sorted_tables)


@contextlib.asynccontextmanager
async def advisory_lock(connection: AsyncConnection, key: int) -> AsyncIterator[None]:
    """Hold a session-level advisory lock; the other workers wait for it."""
    await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
    try:
        yield
    finally:
        await connection.rollback()
        await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


def make_engine(database_url: str) -> AsyncEngine:
    """An engine without a pool. A statement that waits for another worker gives up after 5 s."""
    return create_async_engine(
        database_url,
        poolclass=NullPool,
        connect_args={"server_settings": {"lock_timeout": "5000"}},
    )


@pytest.fixture(scope="session")
def database_url() -> str:
    return os.environ.get(
        "DATABASE_URL", "postgresql+asyncpg://postgres:postgres@localhost:5432/home_security"
    )


@pytest.fixture(scope="session")
def redis_url() -> str:
    return os.environ.get("REDIS_URL", "redis://localhost:6379/0")


async def _recreate_schema(database_url: str) -> None:
    engine = make_engine(database_url)
    try:
        async with (
            engine.connect() as lock,
            advisory_lock(lock, SCHEMA_LOCK),
            engine.begin() as connection,
        ):
            await connection.run_sync(Base.metadata.drop_all)
            await connection.run_sync(Base.metadata.create_all)
    finally:
        await engine.dispose()


async def _drop_schema(database_url: str) -> None:
    engine = make_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
    finally:
        await engine.dispose()


@pytest.fixture(scope="session")
def schema(database_url: str) -> Iterator[None]:
    """Fresh tables. Every worker comes here once; the lock lets one through at a time."""
    asyncio.run(_recreate_schema(database_url))
    time.sleep(0.5)  # let the other workers get through as well
    yield
    asyncio.run(_drop_schema(database_url))


@pytest.fixture
async def engine(database_url: str, schema: None) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture
async def exclusive(engine: AsyncEngine) -> AsyncIterator[None]:
    """For tests that count rows: no other test that asks for this runs at the same time."""
    async with engine.connect() as lock, advisory_lock(lock, EXCLUSIVE_LOCK):
        yield


@pytest.fixture(autouse=True)
async def clean_state(engine: AsyncEngine, redis: Redis) -> None:
    """Empty tables and an empty Redis before every test."""
    async with engine.connect() as lock, advisory_lock(lock, SCHEMA_LOCK):
        async with engine.begin() as connection:
            await connection.execute(text(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE"))
        await redis.flushdb()


@pytest.fixture
async def session(engine: AsyncEngine, clean_state: None) -> AsyncIterator[AsyncSession]:
    """A session for arranging rows and looking at them; tests commit what the API is to see."""
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions() as session:
        yield session


@pytest.fixture
def app(database_url: str, redis_url: str, clean_state: None) -> FastAPI:
    """The application on the shared services, not yet started."""
    return create_app(
        Settings(
            database_url=database_url,
            redis_url=redis_url,
            database_pool_size=2,
            gpu_sample_seconds=0,
        )
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the started application."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.fixture
async def camera(session: AsyncSession) -> Camera:
    """A stored camera."""
    camera = Camera(id="front-door", name="Front door", stream_url="rtsp://cameras/front-door")
    session.add(camera)
    await session.commit()
    return camera


@pytest.fixture
async def detector(session: AsyncSession) -> dict[str, str]:
    """The headers with which the detector reports."""
    row, key = APIKey.issue("detector", APIKeyScope.INGEST)
    session.add(row)
    await session.commit()
    return {"X-API-Key": key}
