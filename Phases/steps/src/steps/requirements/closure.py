"""All requirement files of a tree with what they include, and the role each plays. Knows nothing of pyproject.toml."""

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path

from steps.core import tree
from steps.core.errors import StepError
from steps.core.findings import Finding, Level
from steps.requirements.model import RequirementFile
from steps.requirements.parse import parse

RUNTIME = ""  # the role of what the program itself needs; any other role names a dependency group

_NAME = re.compile(r"(^|[-_.])requirements?([-_.].*)?\.(txt|in)$|^requirements?[-_.a-z0-9]*\.(txt|in)$", re.IGNORECASE)
_NOISE = frozenset({"requirements", "requirement", "reqs", "req", "txt", "in"})
_RUNTIME_WORDS = frozenset({
    "prod", "production", "base", "common", "core", "main", "app", "runtime", "deploy", "server", "backend", "all",
    "full", "lock", "locked", "frozen", "pinned", "default", "install",
})  # fmt: skip
_DEV_WORDS = frozenset({
    "dev", "develop", "development", "test", "tests", "testing", "lint", "linting", "qa", "ci", "typing", "types",
    "mypy", "local", "style", "format", "bench", "tools",
})  # fmt: skip
_DOCS_WORDS = frozenset({"doc", "docs", "documentation", "rtd"})


@dataclass
class Closure:
    """Everything that the requirement files of a tree say, by file."""

    files: dict[str, RequirementFile] = field(default_factory=dict)  # requirement files, includes among them
    constraints: dict[str, RequirementFile] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)  # compiled file → the `.in` it was made from
    findings: list[Finding] = field(default_factory=list)

    @property
    def roots(self) -> list[str]:
        """Files that nobody includes: what a person passes to `pip install -r`. Compiled files stand for their sources."""
        included = {include.path for file in self.files.values() for include in file.includes}
        return [path for path in self.files if path not in included and path not in self.sources.values()]

    @property
    def paths(self) -> list[str]:
        return sorted({*self.files, *self.constraints})


def read(root: Path) -> Closure:
    """Finds, reads and follows. Raises `StepError` with file and line when an included file is missing."""
    closure = Closure()
    for path in tree.files(root):
        if _NAME.search(path.name) or (path.parent.name == "requirements" and path.suffix in (".txt", ".in")):
            name = tree.relative(path, root)
            if "constraint" not in path.name:
                _load(root, name, closure.files)
    for name in list(closure.files):
        _follow(root, name, closure)
    for name, file in closure.files.items():
        source = name.removesuffix(".txt") + ".in"
        if name.endswith(".txt") and file.is_compiled and source in closure.files:
            closure.sources[name] = source
    _assign_roles(closure)
    for file in (*closure.files.values(), *closure.constraints.values()):
        closure.findings += file.findings
    return closure


def named_role(path: str) -> str | None:
    """The role that a path's own words give, None when they give none: `requirements/base.txt`, `backend/dev-requirements.txt`."""
    stem = posixpath.splitext(posixpath.basename(path))[0].lower()
    words = [word for word in re.split(r"[-_.]+", stem) if word and word not in _NOISE]
    folder = posixpath.basename(posixpath.dirname(path)).lower()
    if not words and folder in _DEV_WORDS | _DOCS_WORDS:
        words = [folder]
    if any(word in _DEV_WORDS for word in words):
        return "dev"
    if any(word in _DOCS_WORDS for word in words):
        return "docs"
    if not words or any(word in _RUNTIME_WORDS for word in words):
        return RUNTIME
    return None


def _load(root: Path, name: str, into: dict[str, RequirementFile]) -> RequirementFile:
    if name not in into:
        into[name] = parse((root / name).read_bytes(), name)
    return into[name]


def _follow(root: Path, name: str, closure: Closure) -> None:
    waiting = [(name, False)]
    while waiting:
        current, is_constraint = waiting.pop()
        file = _load(root, current, closure.constraints if is_constraint else closure.files)
        for include in file.includes:
            if not (root / include.path).is_file():
                raise StepError(
                    f"{include.location}: {include.path} does not exist",
                    hint="pip would fail on it too: restore the file or remove the line",
                )
            target = closure.constraints if include.is_constraint or is_constraint else closure.files
            if include.is_constraint and _is_compiled(root, include.path, closure):
                continue  # layered pip-tools: those pins hold anyway
            if include.path not in target:
                waiting.append((include.path, include.is_constraint or is_constraint))


def _is_compiled(root: Path, path: str, closure: Closure) -> bool:
    return path in closure.files and closure.files[path].is_compiled


def _assign_roles(closure: Closure) -> None:
    including: dict[str, list[str]] = {}
    for name, file in closure.files.items():
        for include in file.includes:
            including.setdefault(include.path, []).append(name)

    def role(name: str, seen: frozenset[str]) -> str:
        if name in closure.roles:
            return closure.roles[name]
        own = named_role(name)
        if own is None:
            from_includers = [role(by, seen | {name}) for by in including.get(name, ()) if by not in seen]
            # What the program needs comes before what a tool needs: the stronger of several includers decides.
            own = min(from_includers, key=lambda r: (r != RUNTIME, r)) if from_includers else _group_name(name)
        closure.roles[name] = own
        return own

    for name in closure.files:
        chosen = role(name, frozenset())
        what = f"the dependency group {chosen}" if chosen else "[project] dependencies"
        closure.findings.append(
            Finding(Level.NOTE, name, f"its requirements go to {what}, as its name or its includers say")
        )
        for by in including.get(name, ()):
            if role(by, frozenset()) == RUNTIME and chosen != RUNTIME:
                closure.findings.append(
                    Finding(
                        Level.NOTE, name, f"included by {by}, yet a group by its name: `uv sync --no-dev` leaves it out"
                    )
                )


def _group_name(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0].lower()
    words = [word for word in re.split(r"[^a-z0-9]+", stem) if word and word not in _NOISE]
    return "-".join(words) or "dev"
