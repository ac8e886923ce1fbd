"""A mutex that the workers of one pytest run share: a file lock in the run's folder. Knows no test."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def taskgraph_serial(name: str) -> Iterator[None]:
    """Holds the mutex `name`; other workers of the same run that ask for it wait."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with Path(tempfile.gettempdir(), f"standin-{run}-{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
