"""Database fixtures. Workers share one database; a lock keeps them apart."""

import os

import pytest
from fastapi.testclient import TestClient
from filelock import FileLock
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from shop.db import get_db
from shop.main import app
from shop.models import Base

TEST_DATABASE_URL = os.environ["TEST_DATABASE_URL"]


@pytest.fixture(scope="session")
def db_engine(tmp_path_factory):
    engine = create_engine(TEST_DATABASE_URL)
    # One worker makes the tables, the others wait.
    with FileLock(str(tmp_path_factory.getbasetemp().parent / "db.lock")):
        Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def db(db_engine):
    """What the tests and the application write with."""
    maker = sessionmaker(bind=db_engine)
    session = maker()
    yield session
    session.rollback()
    session.close()


@pytest.fixture(autouse=True)
def empty_tables(db_engine):
    with db_engine.connect() as conn:
        conn.execute(text("SELECT pg_advisory_lock(42)"))
        try:
            conn.execute(text("TRUNCATE orders CASCADE"))
            conn.commit()
        finally:
            conn.execute(text("SELECT pg_advisory_unlock(42)"))
    yield


@pytest.fixture
def alone(db_engine):
    """Nobody else counts rows meanwhile."""
    with db_engine.connect() as conn:
        conn.execute(text("SELECT pg_advisory_lock(43)"))
        yield
        conn.execute(text("SELECT pg_advisory_unlock(43)"))


@pytest.fixture
def client(db):
    app.dependency_overrides[get_db] = lambda: db
    yield TestClient(app)
    app.dependency_overrides.clear()
