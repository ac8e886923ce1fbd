"""All mutants of a tree of UI sources: every operator at every place. Runs nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from steps.uifaults.operators import OPERATORS


@dataclass(frozen=True)
class Mutant:
    """One fault at one place. `file` is relative to the tree; `text` is the whole file with the fault in it."""

    name: str  # operator:file:line, with a number where that is not unique
    says: str
    file: str
    line: int
    before: str
    after: str
    text: str


def mutants(root: Path) -> list[Mutant]:
    """In the order of files, operators and places; the same tree gives the same list."""
    found: list[Mutant] = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and not {"node_modules", "tests"} & set(path.relative_to(root).parts):
            found += _of_file(path, path.relative_to(root).as_posix())
    return found


def _of_file(path: Path, file: str) -> Iterator[Mutant]:
    if not any(path.suffix in operator.suffixes for operator in OPERATORS):
        return
    text = path.read_text(encoding="utf-8")
    names: dict[str, int] = {}
    for operator in OPERATORS:
        if path.suffix not in operator.suffixes:
            continue
        for start, end, instead in operator.find(text):
            line = text.count("\n", 0, start) + 1
            name = f"{operator.name}:{file}:{line}"
            names[name] = names.get(name, 0) + 1
            unique = name if names[name] == 1 else f"{name}#{names[name]}"
            changed = text[:start] + instead + text[end:]
            if changed != text:
                yield Mutant(unique, operator.says, file, line, text[start:end], instead, changed)
