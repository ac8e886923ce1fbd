"""What a test does and what it saw when it was recorded. Plain values: they are stored as JSON. Knows no browser."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Scenario:
    """`changes` are made to the mocks first, then the page opens, then `steps` are done, and the rest is what was seen."""

    page: str
    category: str  # smoke, navigation, actions, errors, responsive, realtime
    title: str
    changes: list[list[Any]] = field(default_factory=list)  # [method of ApiMocks, arguments…]
    steps: list[dict[str, Any]] = field(default_factory=list)  # {verb, role, name, index, value}
    calls: list[str] | None = None
    shown: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    exactly: list[str] = field(default_factory=list)
    at: str | None = None  # the path at the end, where it is another one
    heading: str | None = None
    fits: bool = False
    size: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in (None, [], False)}


def difference(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """Lines that are there only after, and lines that were there only before; each once, in order."""
    was, now = set(before), set(after)
    shown = [line for line in dict.fromkeys(after) if line not in was]
    gone = [line for line in dict.fromkeys(before) if line not in now]
    return shown, gone


def emptied(body: Any) -> Any:
    """The answer of a household where nothing is: lists and maps are empty, totals are 0. None where it is empty already."""
    if isinstance(body, list):
        return [] if body else None
    if not isinstance(body, dict):
        return None
    empty = {name: type(value)() if isinstance(value, (list, dict)) else value for name, value in body.items()}
    if "total" in empty:
        empty["total"] = 0
    return empty if empty != body else None
