"""A service that cannot be had fails the test with its text alone: no line of this package helps whoever reads it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_taskgraph.errors import LeaseError


@contextmanager
def failing(*, unless_lost: bool = False) -> Iterator[None]:
    """`unless_lost`: when giving back, since what is gone has taken back everything."""
    try:
        yield
    except LeaseError as error:
        if not (unless_lost and error.kind == "lost"):
            raise pytest.fail.Exception(str(error), pytrace=False) from None
