"""Test results as pytest writes them in JUnit's form: which cases there were, and why one failed. Runs no test."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One test with one set of parameters. `module` is empty for a file that could not be collected."""

    module: str
    name: str  # without its parameters
    reason: str | None  # the first line of why it failed or could not run; None: neither


def cases(path: Path) -> list[Case]:
    """All of a report that pytest itself wrote; none if there is no such file."""
    if not path.is_file():
        return []
    return [_case(element) for element in ElementTree.parse(path).getroot().iter("testcase")]


def _case(element: ElementTree.Element) -> Case:
    bad = next((child for child in element if child.tag in ("failure", "error")), None)
    said = "" if bad is None else (bad.get("message") or "").strip()
    return Case(
        module=element.get("classname", "").rsplit(".", 1)[-1],
        name=element.get("name", "").split("[")[0],
        reason=None if bad is None else (said.splitlines() or ["no message"])[0][:200],
    )
