import pytest


@pytest.fixture
def quiet():
    return None
