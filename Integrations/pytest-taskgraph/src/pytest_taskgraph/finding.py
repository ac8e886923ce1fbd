"""Where this process gets its services: the run it is in, the broker of its session, or containers. Holds no fixture.

With pytest-xdist the controller starts one broker before its workers, since it cannot know whether a test will want it;
without, the first test that does starts it.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from pytest_taskgraph import containers, starting
from pytest_taskgraph.brokered import Brokered, Patience
from pytest_taskgraph.errors import LeaseError
from pytest_taskgraph.lessor import Lease, Lessor
from pytest_taskgraph.mutex import FileLocks, Locks

VARIABLE = "TASKGRAPH_LEASES"
#: Under which the controller of pytest-xdist tells its workers.
WORKER_INPUT = "taskgraph"

_NONE = """services come from one of three places, and there is none of them here:
  - a task of taskgraph that uses services of scope "module": TASKGRAPH_LEASES is not set
  - the taskgraph binary: it is not on PATH, and TASKGRAPH_BINARY is not set
  - a container engine: {containers}"""


class Leases:
    """What this process, a worker or all of pytest, leases and locks."""

    def __init__(
        self, *, directory: Path, patience: Patience, images: dict[str, str], told: dict[str, str] | None
    ) -> None:
        """`told` is what the controller told this worker; None in the controller and without pytest-xdist."""
        self._directory, self._patience, self._images = directory, patience, images
        self._told = told
        self._telling: dict[str, str] = {}
        self._started: starting.StartedBroker | None = None
        self._found: Lessor | LeaseError | None = None
        self.held: list[Lease] = []

    def tell(self, workerinput: MutableMapping[str, Any]) -> None:
        """In the controller: what the next worker is told. Starts the broker for the first."""
        if not self._telling:
            self._telling = {"locks": tempfile.mkdtemp(prefix="pytest-taskgraph-")}
            if VARIABLE not in os.environ:
                self._telling |= self._start()
        workerinput[WORKER_INPUT] = dict(self._telling)

    def lessor(self) -> Lessor:
        """Found once; an error is raised again for every test that needs a service. Raises `LeaseError`."""
        if self._found is None:
            try:
                self._found = self._find()
            except LeaseError as error:
                self._found = error
        if isinstance(self._found, LeaseError):
            raise LeaseError(str(self._found), kind=self._found.kind)
        return self._found

    def lease(self, service: str, *, owner: str) -> Lease:
        """Raises `LeaseError`."""
        lease = self.lessor().lease(service, owner=owner)
        self.held.append(lease)
        return lease

    def release(self, lease: Lease) -> None:
        """Raises `LeaseError`, of kind `lost` when nobody is there any more to take it back."""
        self.held.remove(lease)
        lease.release()

    def service(self, driver: str) -> str:
        """The name of the service whose driver this is. Raises `LeaseError` when there is none, or more than one."""
        services = self.lessor().services
        fitting = [s.name for s in services if s.driver == driver]
        if len(fitting) == 1 or driver in fitting:
            return driver if driver in fitting else fitting[0]
        known = ", ".join(f"{s.name} ({s.driver})" for s in services) or "none"
        which = f"several services have the driver {driver}" if fitting else f"no service has the driver {driver}"
        raise LeaseError(
            f"{which}; there are: {known}. Name one in a fixture taskgraph_{driver}_service of your conftest.py",
            kind="unknown-service",
        )

    def locks(self) -> Locks | None:
        """What excludes the other workers; None when there are no others."""
        shared = VARIABLE in os.environ or (self._told is not None and "socket" in self._told)
        if shared:
            lessor = self.lessor()
            assert isinstance(lessor, Brokered)
            return lessor
        return FileLocks(Path(self._told["locks"]), self._patience.serial) if self._told else None

    def close(self) -> None:
        """Gives back what is held, and ends the broker if it is ours."""
        if self._found is not None and not isinstance(self._found, LeaseError):
            self._found.close()
        if self._started:
            self._started.close()
        if locks := self._telling.get("locks"):
            shutil.rmtree(locks, ignore_errors=True)

    def _find(self) -> Lessor:
        if path := os.environ.get(VARIABLE):
            return self._connect(path, f"what {VARIABLE} names ({path})", lambda: "")
        told = self._told if self._told is not None else self._start()
        if error := told.get("error"):
            raise LeaseError(error, kind="unavailable")
        if path := told.get("socket"):
            return self._connect(path, f"taskgraph broker ({path})", lambda: starting.tail(told["log"]))
        reason = containers.unavailable()
        if reason:
            raise LeaseError(_NONE.format(containers=reason), kind="unavailable")
        return containers.Contained(self._images)

    def _connect(self, path: str, what: str, output: Callable[[], str]) -> Brokered:
        return Brokered(path, what=what, patience=self._patience, output=output)

    def _start(self) -> dict[str, str]:
        """Where the broker is; empty without a binary. What goes wrong is for the tests that need it, not for all."""
        try:
            binary = starting.find_binary()
            if not binary:
                return {}
            self._started = starting.StartedBroker(binary, directory=self._directory, timeout=self._patience.lease)
        except (LeaseError, OSError) as error:
            return {"error": str(error)}
        return {"socket": self._started.socket, "log": self._started.log}
