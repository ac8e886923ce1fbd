"""A mutex that the workers of one pytest run share: a file lock in the run's folder. Knows no test."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VARIABLE = "STANDIN_LOCKS"


def begin() -> None:
    """Makes the run's folder; workers inherit its name."""
    if _VARIABLE not in os.environ:
        os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="standin-locks-")
        atexit.register(shutil.rmtree, os.environ[_VARIABLE], ignore_errors=True)


@contextmanager
def taskgraph_serial(name: str) -> Iterator[None]:
    """Holds the mutex `name`; other workers of the same run that ask for it wait."""
    with Path(os.environ[_VARIABLE], f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
