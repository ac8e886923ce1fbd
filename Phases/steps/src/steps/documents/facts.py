"""What is so now and what is no more: read from the tree as it is and as it was before. Knows no document."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from steps.core import tree

_CONFIGURATION = re.compile(
    r"(^|/)(\.?pytest\.ini|tox\.ini|setup\.(cfg|py)|[\w.-]*requirements[\w.-]*\.(txt|in)|requirements/[^/]+\.(txt|in)"
    r"|[\w.-]*constraints[\w.-]*\.txt|Pipfile(\.lock)?)$"
)
_DEFINITION = re.compile(
    r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE
)
_CODE = frozenset({".py", ".toml", ".cfg", ".ini", ".yml", ".yaml", ".sh", ".js", ".ts", ".tsx", ".html"})


@dataclass(frozen=True)
class Facts:
    """What documents may be held against."""

    gone_files: frozenset[str]  # of configuration and requirements, relative to the tree
    gone_names: frozenset[str]  # that Python files defined, and no code has any more
    groups: frozenset[str]  # of [dependency-groups]
    vendored: tuple[str, ...]  # directories that uv.lock takes packages from
    locked: bool  # uv.lock is there
    parallel: bool  # pytest's own options say -n auto --dist=worksteal
    private: bool  # test modules lease services of their own
    blocking: bool  # no workflow tolerates a failing job
    more_tests: bool  # there are test files that were not there before


def of(root: Path, before: Path) -> Facts:
    """The facts about `root`, which was `before` when the plan began."""
    now, then = _names(root), _names(before)
    lock = _text(root / "uv.lock")
    project = tomllib.loads(_text(root / "pyproject.toml") or "")
    options = project.get("tool", {}).get("pytest", {}).get("ini_options", {}).get("addopts", "")
    words = options.split() if isinstance(options, str) else options
    workflows = [_text(path) for path in tree.files(root) if tree.relative(path, root).startswith(".github/workflows/")]
    return Facts(
        gone_files=frozenset(name for name in then - now if _CONFIGURATION.search(name)),
        gone_names=_defined(before) - _words(root),
        groups=frozenset(project.get("dependency-groups", {})),
        vendored=tuple(sorted({match.split("/")[0] for match in re.findall(r'path = "([^"/.][^"]*/[^"]*)"', lock)})),
        locked=bool(lock),
        parallel="--dist=worksteal" in words,
        private=bool(re.search(r'^name = "pytest-taskgraph"$', lock, re.MULTILINE)),
        blocking=bool(workflows) and not any(re.search(r"continue-on-error: *true", text) for text in workflows),
        more_tests=len(_tests(now)) > len(_tests(then)),
    )


def _names(root: Path) -> frozenset[str]:
    return frozenset(tree.relative(path, root) for path in tree.files(root))


def _tests(names: frozenset[str]) -> list[str]:
    return [name for name in names if re.search(r"(^|/)(test_[^/]*|[^/]*_test)\.py$", name)]


def _defined(root: Path) -> frozenset[str]:
    found = (match for text in _texts(root, {".py"}) for match in _DEFINITION.finditer(text))
    return frozenset(name for match in found if len(name := match[1] or match[2]) > 3)


def _words(root: Path) -> frozenset[str]:
    return frozenset(word for text in _texts(root, _CODE) for word in re.findall(r"\w+", text))


def _texts(root: Path, suffixes: frozenset[str] | set[str]) -> Iterator[str]:
    return (_text(path) for path in tree.files(root) if path.suffix in suffixes)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
