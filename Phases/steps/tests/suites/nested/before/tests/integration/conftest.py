import asyncio
import contextlib
import os

import pytest_asyncio
from redis.asyncio import from_url
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.main import create_app
from app.models import Base


def server():
    return os.environ["PGHOST"]


async def serialise(conn):
    await conn.execute(text("SELECT pg_advisory_xact_lock(7)"))


@contextlib.asynccontextmanager
async def held(conn):
    await conn.execute(text("SELECT pg_advisory_lock(8)"))
    try:
        yield
    finally:
        await conn.execute(text("SELECT pg_advisory_unlock(8)"))


@pytest_asyncio.fixture(scope="session")
async def pg():
    engine = create_async_engine(os.getenv("DATABASE_URL"), echo=True)
    async with engine.begin() as conn:
        await serialise(conn)
        await conn.run_sync(Base.metadata.drop_all)
        await conn.run_sync(Base.metadata.create_all)
        await conn.execute(text("CREATE EXTENSION IF NOT EXISTS citext"))
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def tx(pg):
    async with async_sessionmaker(pg)() as session:
        yield session


@pytest_asyncio.fixture(autouse=True)
async def wiped(pg):
    async with pg.connect() as lock, held(lock), pg.begin() as conn:
        for table in reversed(Base.metadata.sorted_tables):
            await conn.execute(table.delete())


@pytest_asyncio.fixture
async def cache():
    client = from_url(os.environ.get("REDIS_URL", "redis://localhost"))
    await client.flushdb()
    yield client


@pytest_asyncio.fixture
async def application(wiped):
    return create_app(os.getenv("DATABASE_URL"))
