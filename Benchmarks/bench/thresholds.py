"""Limits on figures: read from TOML, compared with what was measured. Measures nothing."""

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limit:
    """`figure` is a name as `figures.metrics` makes them, `meaning` what it says in words."""

    figure: str
    at_most: float
    meaning: str

    @property
    def section(self) -> str:
        """The section that measures it: the first part of the name, without the number of tasks."""
        return self.figure.split("/")[0].split("-")[0]


class BadThresholds(Exception):
    """The file of limits does not say what such a file can say."""


def read(file: Path) -> list[Limit]:
    """Raises BadThresholds with the place: a limit that is misspelt would be one that always holds."""
    try:
        document = tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadThresholds(f"{file}: {error}") from error
    entries = document.get("limit", [])
    if set(document) != {"limit"} or not entries:
        raise BadThresholds(f"{file}: wants tables [[limit]] and nothing else")
    return [limit_of(entry, f"{file}: limit {number}") for number, entry in enumerate(entries, 1)]


def limit_of(entry: dict, place: str) -> Limit:
    if set(entry) != {"figure", "at-most", "meaning"}:
        raise BadThresholds(f"{place}: wants the keys figure, at-most and meaning; has {', '.join(entry)}")
    number = entry["at-most"]
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise BadThresholds(f"{place}: at-most is {number!r}, not a number")
    return Limit(entry["figure"], float(number), entry["meaning"])


def passed(limits: list[Limit], measured: dict[str, float]) -> list[str]:
    """A line for each limit that was gone past, or whose figure nobody measured. None: all hold."""
    lines = []
    for limit in limits:
        value = measured.get(limit.figure)
        if value is None:
            lines.append(f"{limit.figure}: not measured{near(limit.figure, measured)} ({limit.meaning})")
        # Not `>`: a figure that is no number holds no limit.
        elif not value <= limit.at_most:
            lines.append(f"{limit.figure}: {value:.4g} is past the limit of {limit.at_most:.4g} ({limit.meaning})")
    return lines


def near(figure: str, measured: dict[str, float]) -> str:
    close = difflib.get_close_matches(figure, measured, 1, 0.9)
    return f"; there is {close[0]}" if close else "; is a tool missing? Benchmarks/setup installs them"


def report(limits: list[Limit], measured: dict[str, float]) -> str:
    """All limits with what was measured, so that one sees which could be tightened."""
    lines = []
    for limit in limits:
        value = measured.get(limit.figure)
        shown = "not measured" if value is None else f"{value:.4g}"
        lines.append(f"{limit.figure}: {shown}, at most {limit.at_most:.4g}")
    return "\n".join(lines)
