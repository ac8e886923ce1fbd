"""`addopts` with `-n auto --dist=worksteal`, in place of what it said of workers before. Pure; edits TOML, reads no file."""

import re
import shlex

from tomlkit.items import Array

from steps.core.errors import StepError
from steps.core.toml import TomlFile

WANTED = ("-n auto", "--dist=worksteal")
_ELEMENTS = ("-n", "auto", "--dist=worksteal")  # an element of an array is one argument, spaces included
_OWN_VALUE = ("-n", "--numprocesses", "--dist")
_WORKERS = re.compile(r"^(-n[ =]?\S+|--numprocesses[ =]\S+|--dist[ =]\S+|-p[ =]?no:xdist)$")


def set_worksteal(pyproject: TomlFile) -> list[str]:
    """Edits the table and returns the arguments that went. Raises `StepError` when pytest is not configured here."""
    if pyproject.get("tool", "pytest", "ini_options") is None:
        raise StepError("pyproject.toml has no [tool.pytest.ini_options]", hint="run pytest-config first")
    document = pyproject.document()
    table = document["tool"]["pytest"]["ini_options"]  # type: ignore[index]
    options = table.get("addopts")  # type: ignore[union-attr]
    if options is None:
        table["addopts"] = " ".join(WANTED)  # type: ignore[index]
        pyproject.put(document)
        return []
    if isinstance(options, Array):
        removed = _array(options)
        if "\n" not in options.as_string():  # on one line: written anew, because an insertion forgets the spaces
            table["addopts"] = [str(word) for word in options]  # type: ignore[index]
    else:
        text, removed = _text(str(options))
        table["addopts"] = text  # type: ignore[index]
    if removed != list(WANTED):
        pyproject.put(document)
    return [option for option in removed if option not in WANTED]


def _array(options: Array) -> list[str]:
    """An element may hold an option, or its value may be the next element; lines and comments of the others stay."""
    words = [str(word) for word in options]
    removed: list[str] = []
    positions: list[int] = []
    index = 0
    while index < len(words):
        word, width = words[index], 1
        if word in (*_OWN_VALUE, "-p") and index + 1 < len(words):
            word, width = f"{word} {words[index + 1]}", 2
        if _WORKERS.match(word):
            removed.append(word)
            positions += range(index, index + width)
        index += width
    if [words[position] for position in positions] == list(_ELEMENTS):
        return list(WANTED)
    # In place where there is a place, so that the comments of the lines stay with them.
    at = positions[0] if positions else 0
    for position, word in zip(positions, _ELEMENTS, strict=False):
        options[position] = word
    for position in sorted(positions[len(_ELEMENTS) :], reverse=True):
        del options[position]
    for word in reversed(_ELEMENTS[len(positions) :]):
        options.insert(at + len(positions), word)
    return removed


def _text(options: str) -> tuple[str, list[str]]:
    """Words are found as a shell would, and taken out of the text, so that quotes and spaces of the others stay."""
    if not shlex.split(options):
        return " ".join(WANTED), []
    pattern = re.compile(
        r"(?<!\S)(-n[ =]?(?:auto|logical|\d+)|--numprocesses[ =]\S+|--dist[ =]\S+|-p[ =]?no:xdist)(?!\S)"
    )
    removed = [match[1] for match in pattern.finditer(options)]
    if removed == list(WANTED):
        return options, removed
    first = next(iter(pattern.finditer(options)), None)
    rest = pattern.sub("", options[first.end() :]) if first else options
    before = options[: first.start()] if first else ""
    tail = re.sub(r"[ \t]{2,}", " ", rest).lstrip(" ")
    return f"{before}{' '.join(WANTED)}" + (f" {tail}" if tail.strip() else ""), removed
