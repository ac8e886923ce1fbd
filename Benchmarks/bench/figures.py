"""From samples to medians, ranges and ratios. Pure."""

from dataclasses import dataclass, field, fields
from statistics import median

from .measure import Sample

QUANTITIES = tuple(part.name for part in fields(Sample))


@dataclass(frozen=True)
class Spread:
    """The median of several values, with the smallest and the largest."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: list[float]) -> "Spread | None":
        return Spread(median(values), min(values), max(values)) if values else None

    def scaled(self, factor: float) -> "Spread":
        return Spread(self.median * factor, self.low * factor, self.high * factor)


@dataclass
class Case:
    """One thing that was measured, with the samples of each tool in the order they were taken."""

    section: str
    name: str
    samples: dict[str, list[Sample]]
    # What else is to be said, by tool.
    notes: dict[str, str] = field(default_factory=dict)
    # Figures beside the samples, by name, that a limit may be set on.
    more: dict[str, float] = field(default_factory=dict)


def spread(case: Case, tool: str, quantity: str) -> Spread | None:
    values = [getattr(sample, quantity) for sample in case.samples.get(tool, [])]
    return Spread.of([value for value in values if value is not None])


def ratio(case: Case, peer: str, quantity: str, tool: str = "taskgraph") -> Spread | None:
    """How many times the peer's cost the tool's is: of the runs side by side, pair by pair.

    Pairs, because what else the machine does changes from one minute to the next and hits both of a pair. Where
    one of the two has fewer samples (one real cold run, a computed bound), its median stands for those missing.
    """
    ours = [getattr(sample, quantity) for sample in case.samples.get(tool, [])]
    theirs = [getattr(sample, quantity) for sample in case.samples.get(peer, [])]
    if not ours or not theirs or None in ours or None in theirs or 0 in theirs:
        return None
    length = max(len(ours), len(theirs))
    ours += [median(ours)] * (length - len(ours))
    theirs += [median(theirs)] * (length - len(theirs))
    return Spread.of([a / b for a, b in zip(ours, theirs, strict=True)])


def metrics(cases: list[Case]) -> dict[str, float]:
    """Every figure by its name: SECTION/CASE/QUANTITY is taskgraph's own median, …/PEER its ratio to a peer's."""
    found = {}
    for case in cases:
        place = f"{case.section}/{case.name}"
        for quantity in QUANTITIES:
            own = spread(case, "taskgraph", quantity)
            if own:
                found[f"{place}/{quantity}"] = own.median
            for peer in case.samples:
                against = ratio(case, peer, quantity) if peer != "taskgraph" else None
                if against:
                    found[f"{place}/{quantity}/{peer}"] = against.median
        found |= {f"{place}/{name}": value for name, value in case.more.items()}
    return found
