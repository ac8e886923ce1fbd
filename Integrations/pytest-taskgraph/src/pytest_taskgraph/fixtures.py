"""The fixtures. What each does stands elsewhere; what may be overridden says so."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from pytest_taskgraph import transaction
from pytest_taskgraph.addresses import Postgres, Redis
from pytest_taskgraph.failing import failing
from pytest_taskgraph.finding import Leases
from pytest_taskgraph.lessor import Lease
from pytest_taskgraph.loops import fixture_for

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
    from sqlalchemy.orm import Session

LEASES = pytest.StashKey[Leases]()


@pytest.fixture(scope="session")
def taskgraph_postgres_service(pytestconfig: pytest.Config) -> str:
    """The service that `taskgraph_postgres` leases. Override it where more than one has the driver `postgres`."""
    return _named(pytestconfig, "postgres")


@pytest.fixture(scope="session")
def taskgraph_redis_service(pytestconfig: pytest.Config) -> str:
    """The service that `taskgraph_redis` leases. Override it where more than one has the driver `redis`."""
    return _named(pytestconfig, "redis")


@pytest.fixture(scope="module")
def taskgraph_lease(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Lease]]:
    """`taskgraph_lease("search")`: an instance of any service of the plan, until the module ends."""
    made: list[Lease] = []

    def lease(service: str) -> Lease:
        made.append(_lease(request, service))
        return made[-1]

    yield lease
    for given in reversed(made):
        _give_back(request, given)


@pytest.fixture(scope="module")
def taskgraph_schema() -> transaction.Schema | None:
    """Override it: what is called once with a connection to each new database, such as `Base.metadata.create_all`."""
    return None


@pytest.fixture(scope="module")
def taskgraph_postgres(
    request: pytest.FixtureRequest, taskgraph_postgres_service: str, taskgraph_schema: transaction.Schema | None
) -> Iterator[Postgres]:
    """A PostgreSQL of this module's own, with the schema in it."""
    lease = _lease(request, taskgraph_postgres_service)
    try:
        postgres = Postgres.at(lease.address)
        if taskgraph_schema is not None:
            transaction.apply_schema(taskgraph_schema, postgres)
        yield postgres
    finally:
        _give_back(request, lease)


@pytest.fixture(scope="module")
def taskgraph_redis(request: pytest.FixtureRequest, taskgraph_redis_service: str) -> Iterator[Redis]:
    """A Redis of this module's own."""
    lease = _lease(request, taskgraph_redis_service)
    yield Redis.at(lease.address)
    _give_back(request, lease)


@pytest.fixture(scope="module")
def taskgraph_engine(taskgraph_postgres: Postgres) -> Iterator["Engine"]:
    """SQLAlchemy's engine on the module's database. Override it for options of your own."""
    engine = transaction.sync_engine(taskgraph_postgres)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def taskgraph_async_engine(taskgraph_postgres: Postgres) -> "AsyncEngine":
    """The same for asyncio. An engine of your own needs `NullPool`, or the loop scope `module` for all that use it."""
    return transaction.async_engine(taskgraph_postgres)


@pytest.fixture
def taskgraph_session_options() -> Mapping[str, Any]:
    """Override it: keyword arguments of the two sessions, such as `{"expire_on_commit": False}`."""
    return {}


@pytest.fixture
def taskgraph_session(taskgraph_engine: "Engine", taskgraph_session_options: Mapping[str, Any]) -> Iterator["Session"]:
    """A session inside a transaction that is rolled back after the test; `commit` ends a savepoint."""
    with transaction.session(taskgraph_engine, taskgraph_session_options) as session:
        yield session


@pytest.fixture
def taskgraph_async_session(request: pytest.FixtureRequest, taskgraph_async_engine: "AsyncEngine") -> "AsyncSession":
    """The same for asyncio, on the event loop of the test."""
    session: AsyncSession = request.getfixturevalue(fixture_for(request))
    return session


@pytest.fixture
async def _taskgraph_anyio_session(
    anyio_backend: Any, taskgraph_async_engine: "AsyncEngine", taskgraph_session_options: Mapping[str, Any]
) -> AsyncIterator["AsyncSession"]:
    async with transaction.async_session(taskgraph_async_engine, taskgraph_session_options) as session:
        yield session


def _named(config: pytest.Config, driver: str) -> str:
    with failing():
        return config.stash[LEASES].service(driver)


def _lease(request: pytest.FixtureRequest, service: str) -> Lease:
    with failing():
        return request.config.stash[LEASES].lease(service, owner=request.node.nodeid)


def _give_back(request: pytest.FixtureRequest, lease: Lease) -> None:
    with failing(unless_lost=True):
        request.config.stash[LEASES].release(lease)
