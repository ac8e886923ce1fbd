"""What the model keeps between runs, and what a run is given and shows. Decides nothing."""

from dataclasses import dataclass, field

from declare import Settings
from nodes import Disk

EMPTY = ((), (), None)
DONE = {"up-to-date", "restored", "satisfied", "succeeded", "skipped"}
RAN = {"succeeded", "failed"}


class Mismatch(AssertionError):
    """The program did something that the model does not allow."""


@dataclass
class Record:
    """A result in the cache."""

    stored: Disk
    stamped: Disk
    layer: Disk | None
    # Whether it is certain that it was kept.
    is_sure: bool = True

    @property
    def content(self) -> tuple:
        layer = None if not self.layer else tuple(sorted(self.layer.items()))
        return tuple(sorted(self.stored.items())), tuple(sorted(self.stamped.items())), layer


@dataclass
class Checkout:
    """One checkout: its files, and what its state directory knows."""

    disk: Disk = field(default_factory=dict)
    # For tasks that leave nothing on disk: the keys that may be remembered as in place, None: nothing. Several after a
    # kill.
    last: dict[str, set] = field(default_factory=dict)
    # Failures to come by the stem of the task: how many, and how.
    control: dict[str, tuple[int, str]] = field(default_factory=dict)
    # What `resume` would continue; None: nothing that is certain.
    unfinished: "Options | None" = None


Cache = dict[tuple, Record]


@dataclass
class Options:
    targets: list[str]
    settings: Settings
    jobs: int = 2
    keeps_going: bool = False
    forces: bool = False
    uses_cache: bool = True
    # Tasks that the run which is continued has begun: what of them it finished is not repeated, cached or not.
    continues: frozenset[str] = frozenset()


@dataclass
class Seen:
    """What a run showed, by name of the task."""

    outcomes: dict[str, str]
    attempts: dict[str, int]
    started: set[str]
    # None, "interrupted" or "killed".
    disturbance: str | None = None
