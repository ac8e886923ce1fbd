"""What every source of services has in common: it names them, leases them and keeps locks. Knows no source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Service:
    """What can be leased: its name, and what kind of server answers (`postgres`, `redis`, `process`, `container`)."""

    name: str
    driver: str


@dataclass
class Lease:
    """An instance that nobody used before and nobody else uses, until it is released."""

    service: str
    #: The test module that wanted it, as pytest's node id.
    owner: str
    #: host, port, url, user, password, database, socket: as far as the service has them.
    address: Mapping[str, Any] = field(repr=False)
    #: What the plan says under the service's `env`.
    env: Mapping[str, str] = field(repr=False)
    give_back: Callable[[], None] = field(repr=False)
    #: Why the instance is no more, when it died before its time.
    lost: str | None = None
    _released: bool = False

    def release(self) -> None:
        """Gives it back. Again: nothing happens."""
        if not self._released:
            self._released = True
            self.give_back()


class Lessor(Protocol):
    """A source of services. Every method raises `LeaseError`."""

    @property
    def services(self) -> tuple[Service, ...]:
        """What can be leased."""

    def lease(self, service: str, *, owner: str) -> Lease:
        """Returns when the instance is ready."""

    def close(self) -> None:
        """Gives back whatever is held."""
