"""Services and locks from whoever speaks the lease protocol. Does not know who started that."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from pytest_taskgraph.errors import LeaseError
from pytest_taskgraph.lessor import Lease, Service
from pytest_taskgraph.protocol import VERSION, Connection, Message


@dataclass(frozen=True)
class Patience:
    """How long is waited, in seconds."""

    #: For a connection, and for the answer to what the other side only has to write down.
    answer: float = 10
    #: For an instance to be ready.
    lease: float = 120
    #: For a lock, that is for other tests to end.
    serial: float = 600


def _client() -> str:
    try:
        return f"pytest-taskgraph {version('pytest-taskgraph')}"
    except PackageNotFoundError:
        return "pytest-taskgraph"


class Brokered:
    """One connection, and what is held through it."""

    def __init__(self, path: str, *, what: str, patience: Patience, output: Callable[[], str]) -> None:
        """`what` names the other side in messages; `output` is the end of what it printed, if anybody knows.

        Raises `LeaseError` when nobody listens at `path` or another protocol is spoken there.
        """
        self._what, self._output, self._patience = what, output, patience
        self._held: dict[str, Lease] = {}
        self._died: dict[str, str] = {}
        try:
            self._connection = Connection(path, timeout=patience.answer, gone=self._gone, lost=self._lost)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LeaseError(f"{what} does not answer: {reason}{self._said()}", kind="unavailable") from None
        answer = self._connection.request("hello", timeout=patience.answer, protocol=VERSION, client=_client())
        self.services = tuple(Service(s["name"], s.get("driver", "")) for s in answer.get("services", []))

    def lease(self, service: str, *, owner: str) -> Lease:
        """Raises `LeaseError` when there is no such service or it does not become ready."""
        request = self._connection.request
        try:
            answer = request(
                "lease", timeout=self._patience.lease, undo=self._return, service=service, owner=owner
            )  # fmt: skip
        except LeaseError as error:
            raise LeaseError(f'service "{service}" for {owner}: {error}', kind=error.kind) from None
        number = answer["lease"]
        lease = Lease(service, owner, answer.get("address", {}), answer.get("env", {}), lambda: self._give_back(number))
        self._held[number] = lease
        if number in self._died:  # told before it was known here
            self._lost(number, self._died[number])
        return lease

    def lock(self, name: str) -> None:
        """Returns when it is held."""
        request = self._connection.request
        try:
            request("lock", timeout=self._patience.serial, undo=lambda _: self._post("unlock", name=name), name=name)
        except LeaseError as error:
            raise LeaseError(f'the lock "{name}": {error}', kind=error.kind) from None

    def unlock(self, name: str) -> None:
        self._connection.request("unlock", timeout=self._patience.answer, name=name)

    def close(self) -> None:
        self._connection.close()

    def _give_back(self, number: str) -> None:
        self._held.pop(number, None)
        try:
            self._connection.request("release", timeout=self._patience.answer, lease=number)
        except LeaseError:
            if number not in self._died:  # of one that died nothing is left to give back
                raise

    def _return(self, answer: Message) -> None:
        self._post("release", lease=answer["lease"])

    def _post(self, op: str, **members: object) -> None:
        """Asks and does not wait: the caller is the thread that reads the answers."""
        with suppress(LeaseError):  # `timeout` always; and when it is `lost`, it is given back, too
            self._connection.request(op, timeout=0, undo=None, **members)

    def _lost(self, number: str, message: str) -> None:
        self._died[number] = message
        if lease := self._held.get(number):
            lease.lost = f'service "{lease.service}" of {lease.owner} has died: {message}'

    def _gone(self) -> str:
        return f"{self._what} is gone, and with it every service and lock that it kept{self._said()}"

    def _said(self) -> str:
        output = self._output().strip()
        return f"\n  its last output: {output}" if output else ""
