"""The fixtures of pytest-taskgraph as its contract has them: a database a module, a transaction a test."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from pytest_taskgraph import serial, servers
from pytest_taskgraph.serial import taskgraph_serial

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Postgres:
    host: str
    port: int
    user: str
    password: str
    database: str
    socket: str

    @property
    def url(self) -> str:
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{self.database}"

    @property
    def async_url(self) -> str:
        return self.url.replace("postgresql", "postgresql+asyncpg", 1)


@dataclass(frozen=True)
class Redis:
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"


def pytest_configure(config: pytest.Config) -> None:
    serial.begin()
    config.addinivalue_line("markers", "serial(name): no other test of that name runs at the same time")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    marker = item.get_closest_marker("serial")
    if marker is None:
        return (yield)
    with taskgraph_serial(marker.args[0] if marker.args else "serial"):
        return (yield)


@pytest.fixture(scope="module")
def taskgraph_schema() -> Callable | None:
    return None


@pytest.fixture(scope="module")
def taskgraph_postgres(taskgraph_schema: Callable | None) -> Iterator[Postgres]:
    name = f"module_{next(_NUMBERS)}"
    servers.sql(f"CREATE DATABASE {name} STRATEGY = FILE_COPY")
    postgres = Postgres("127.0.0.1", servers.postgres(), "postgres", "postgres", name, "")
    if taskgraph_schema is not None:
        _make(postgres, taskgraph_schema)
    yield postgres
    servers.sql(f"DROP DATABASE {name} WITH (FORCE)")


def _make(postgres: Postgres, schema: Callable) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    async def make() -> None:
        async with create_async_engine(postgres.async_url, poolclass=NullPool).begin() as connection:
            await connection.run_sync(schema)

    asyncio.run(make())


@pytest.fixture(scope="module")
def taskgraph_redis() -> Redis:
    port = servers.redis()
    return Redis("127.0.0.1", port)


@pytest.fixture(scope="module")
def taskgraph_engine(taskgraph_postgres: Postgres):
    from sqlalchemy import create_engine

    engine = create_engine(taskgraph_postgres.url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def taskgraph_async_engine(taskgraph_postgres: Postgres):
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    return create_async_engine(taskgraph_postgres.async_url, poolclass=NullPool)


@pytest.fixture
def taskgraph_session(taskgraph_engine):
    from sqlalchemy.orm import Session

    with taskgraph_engine.connect() as connection, connection.begin() as outer:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


async def _async_session(engine):
    from sqlalchemy.ext.asyncio import AsyncSession

    async with engine.connect() as connection, connection.begin() as outer:
        async with AsyncSession(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            yield session
        await outer.rollback()


try:
    import pytest_asyncio
except ImportError:  # a suite without asynchronous tests
    pass
else:

    @pytest_asyncio.fixture
    async def taskgraph_async_session(taskgraph_async_engine):
        async for session in _async_session(taskgraph_async_engine):
            yield session
