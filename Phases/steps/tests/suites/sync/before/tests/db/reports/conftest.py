import pytest


@pytest.fixture(scope="session")
def warm(db_engine):
    with db_engine.connect():
        pass


@pytest.fixture(scope="package")
def quarter():
    return "Q1"
