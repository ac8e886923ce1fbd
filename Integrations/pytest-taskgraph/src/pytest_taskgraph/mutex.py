"""Locks by name that exclude the other workers, and within a process its threads. Does not know who keeps them."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from pytest_taskgraph.errors import LeaseError


class Locks(Protocol):
    """Locks between processes. What holds one must not ask for it again. Each method raises `LeaseError`."""

    def lock(self, name: str) -> None:
        """Returns when it is held."""

    def unlock(self, name: str) -> None: ...


class FileLocks:
    """Locks of workers on one machine that have no broker, by `flock`: the end of a process frees them."""

    def __init__(self, directory: Path, timeout: float) -> None:
        self._directory, self._timeout = directory, timeout
        self._files: dict[str, int] = {}

    def lock(self, name: str) -> None:
        file = os.open(self._directory / quote(name, safe=""), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + self._timeout
        while not _taken(file):
            if time.monotonic() > deadline:
                os.close(file)
                raise LeaseError(f'the lock "{name}": not free within {self._timeout:g} s', kind="timeout")
            time.sleep(0.005)  # flock knows no timeout; this is its polling
        self._files[name] = file

    def unlock(self, name: str) -> None:
        os.close(self._files.pop(name))


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Mutexes:
    """The locks of this process. A thread may take one again that it holds: a marker and a `with` in one test agree."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._own: dict[str, threading.RLock] = {}
        self._depth: dict[str, int] = {}

    @contextmanager
    def holding(self, name: str, locks: Locks | None) -> Iterator[None]:
        """Holds the lock of that name; `locks` is None when there is no other process."""
        with self._guard:
            own = self._own.setdefault(name, threading.RLock())
        with own:
            depth = self._depth.get(name, 0)
            if locks and not depth:
                locks.lock(name)
            self._depth[name] = depth + 1
            try:
                yield
            finally:
                self._depth[name] = depth
                if locks and not depth:
                    locks.unlock(name)
