"""Database fixtures.

Every module has a PostgreSQL and a Redis of its own, every test a transaction
that is rolled back.
"""

import threading
import time

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from shop.db import get_db
from shop.main import app
from shop.models import Base


@pytest.fixture(scope="module")
def taskgraph_schema():
    """The tables of the module's own database; made once, when it is new."""
    return Base.metadata.create_all


@pytest.fixture(scope="module")
def db_engine(taskgraph_engine):
    return taskgraph_engine


@pytest.fixture
def db(taskgraph_session):
    """What the tests and the application write with."""
    return taskgraph_session


@pytest.fixture
def client(db):
    app.dependency_overrides[get_db] = lambda: db
    yield TestClient(app)
    app.dependency_overrides.clear()


@pytest.fixture
def wait_until():
    """Waits for a condition; fails when it does not come true within `timeout` seconds."""

    def wait(condition, timeout=10.0):
        deadline = time.monotonic() + timeout
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < deadline, f"not true within {timeout} s"
            pause.wait(0.01)

    return wait
