"""What a test writes and commits, no other test sees: SQLAlchemy, sync and async, on every event loop."""

import pytest

from conftest import Run

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
"""
CONFTEST = """
import pytest
from models import Base
@pytest.fixture(scope="module")
def taskgraph_schema(): return Base.metadata.create_all
"""
SYNC = """
import pytest
from models import User
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

@pytest.mark.parametrize("time", range(3))
def test_commits_are_taken_back(time, taskgraph_session):
    assert taskgraph_session.scalar(select(func.count(User.id))) == 0
    taskgraph_session.add(User(name="Ada"))
    taskgraph_session.commit()
    taskgraph_session.rollback()
    assert taskgraph_session.scalar(select(func.count(User.id))) == 1

def test_an_error_costs_a_savepoint(taskgraph_session):
    taskgraph_session.add(User(name="Ada"))
    taskgraph_session.commit()
    taskgraph_session.add(User(name="Ada"))
    with pytest.raises(IntegrityError):
        taskgraph_session.commit()
    taskgraph_session.rollback()
    assert taskgraph_session.scalars(select(User.name)).all() == ["Ada"]

def test_an_application_joins(taskgraph_session):
    with Session(taskgraph_session.bind, join_transaction_mode="create_savepoint") as request:
        request.add(User(name="Bob"))
        request.commit()
    assert taskgraph_session.scalars(select(User.name)).all() == ["Bob"]

def test_options(taskgraph_session, taskgraph_session_options):
    user = User(name="Ada")
    taskgraph_session.add(user)
    taskgraph_session.commit()
    assert ("name" in user.__dict__) == ("expire_on_commit" in taskgraph_session_options)
"""
OPTIONS = """
@pytest.fixture
def taskgraph_session_options(): return {"expire_on_commit": False}
"""
# %(mark)s stands for whatever makes a test asynchronous.
ASYNC = """
import pytest
from models import User
from sqlalchemy import func, select
%(before)s

%(mark)s
class TestAsync:
    @pytest.mark.parametrize("time", range(3))
    async def test_commits_are_taken_back(self, time, taskgraph_async_session):
        assert await taskgraph_async_session.scalar(select(func.count(User.id))) == 0
        user = User(name="Ada")
        taskgraph_async_session.add(user)
        await taskgraph_async_session.commit()
        await taskgraph_async_session.rollback()
        assert user.name == "Ada"
        assert await taskgraph_async_session.scalar(select(func.count(User.id))) == 1

    async def test_an_engine_that_commits(self, taskgraph_async_engine, taskgraph_async_session):
        async with taskgraph_async_engine.begin() as connection:
            assert await connection.scalar(select(func.count(User.id))) == 0
"""
ANYIO = "@pytest.fixture\ndef anyio_backend(): return 'asyncio'"
STRICT = ("-o", "asyncio_mode=strict")
LOOPS = {
    "auto": ("", "", ("-o", "asyncio_mode=auto")),
    "strict": ("@pytest.mark.asyncio", "", STRICT),
    "class": ('@pytest.mark.asyncio(loop_scope="class")', "", STRICT),
    "module": ('@pytest.mark.asyncio(loop_scope="module")', "", STRICT),
    "session": ("", "", ("-o", "asyncio_mode=auto", "-o", "asyncio_default_test_loop_scope=session")),
    "fixtures-on-module": ("@pytest.mark.asyncio", "", (*STRICT, "-o", "asyncio_default_fixture_loop_scope=module")),
    "anyio": ("@pytest.mark.anyio", ANYIO, STRICT),
    "anyio-alone": ("@pytest.mark.anyio", ANYIO, ("-p", "no:asyncio")),
}


@pytest.fixture
def models(suite: pytest.Pytester) -> pytest.Pytester:
    suite.makepyfile(models=MODELS)
    suite.makeconftest(CONFTEST)
    return suite


def test_sync(models: pytest.Pytester, run: Run) -> None:
    models.makepyfile(test_one=SYNC, test_two=SYNC + OPTIONS)
    run("-n", "2", "--dist=worksteal").assert_outcomes(passed=12)


@pytest.mark.parametrize("name", LOOPS)
def test_async(models: pytest.Pytester, run: Run, name: str) -> None:
    mark, before, options = LOOPS[name]
    models.makepyfile(test_async=ASYNC % {"mark": mark, "before": before})
    run("-W", "error", *options).assert_outcomes(passed=4)


def test_schema_by_asyncpg_alone(models: pytest.Pytester, run: Run) -> None:
    hide = "import importlib.util\nfind = importlib.util.find_spec\nimportlib.util.find_spec = lambda n, *a: None if n.startswith('psycopg') else find(n, *a)\n"
    models.makepyfile(
        test_async=hide + ASYNC % {"mark": "@pytest.mark.asyncio", "before": ""},
    )
    run().assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("options", "mark", "message"),
    [
        (
            ("-p", "no:asyncio", "-p", "no:anyio"),
            "",
            "taskgraph_async_session needs a plugin that runs async fixtures: pytest-asyncio 0.24 or later, or anyio's. "
            "Install one of them",
        ),
        (
            ("-p", "no:asyncio"),
            "@pytest.mark.usefixtures('anyio_backend')",
            'taskgraph_async_session needs asyncio, which SQLAlchemy uses; this test runs on anyio\'s backend "trio"',
        ),
    ],
)
def test_no_loop(models: pytest.Pytester, run: Run, options: tuple[str, ...], mark: str, message: str) -> None:
    models.makepyfile(f"""
import pytest
@pytest.fixture
def anyio_backend(): return "trio"
{mark}
def test(request):
    with pytest.raises(pytest.fail.Exception) as caught:
        request.getfixturevalue("taskgraph_async_session")
    assert str(caught.value) == {message!r}
""")
    run(*options).assert_outcomes(passed=1)
