import asyncio
import os

import pytest_asyncio
from redis.asyncio import from_url
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.main import create_app
from app.models import Base


def server():
    return os.environ["PGHOST"]


@pytest_asyncio.fixture(scope="module")
async def pg(taskgraph_postgres):
    engine = create_async_engine(taskgraph_postgres.async_url, echo=True)
    async with engine.begin() as conn:
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
    async with pg.begin() as conn:
        for table in reversed(Base.metadata.sorted_tables):
            await conn.execute(table.delete())


@pytest_asyncio.fixture
async def cache(taskgraph_redis):
    client = from_url(taskgraph_redis.url)
    await client.flushdb()
    yield client


@pytest_asyncio.fixture
async def application(wiped, taskgraph_postgres):
    return create_app(taskgraph_postgres.async_url)
