import pytest


@pytest.fixture(scope="module")
def warm(db_engine):
    with db_engine.connect():
        pass


@pytest.fixture(scope="package")
def quarter():
    return "Q1"
