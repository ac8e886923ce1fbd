"""Globs as the language means them, for the few forms that the random projects use. Knows no disk."""

import re
from functools import cache


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = pattern.split("/")
    text = ""
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        if part == "**":
            text += ".+" if last else "(?:[^/]+/)*"
        else:
            text += "".join("[^/]*" if c == "*" else re.escape(c) for c in part) + ("" if last else "/")
    return re.compile(text + r"(?:/.*)?\Z")


def matches(pattern: str, path: str) -> bool:
    """Whether the pattern covers the path: itself, or a directory above it."""
    return _expression(pattern).match(path) is not None


def covers(patterns: list[str], path: str) -> bool:
    return any(matches(pattern, path) for pattern in patterns)


def is_literal(pattern: str) -> bool:
    return "*" not in pattern


def _is_named_like_file(pattern: str) -> bool:
    return is_literal(pattern) and "." in pattern.rsplit("/", 1)[-1][1:-1]


@cache
def _witnesses(pattern: str) -> tuple[str, ...]:
    """Paths that it matches: enough to see whether two patterns of the forms used here can meet."""
    one = "/".join("w" if part == "**" else part.replace("*", "w") for part in pattern.split("/"))
    if _is_named_like_file(pattern):
        return (one,)
    return one, one + "/w.t"


@cache
def meet(left: str, right: str) -> bool:
    """Whether some path is matched by both, where a literal name with an extension is a file's."""
    return any(matches(right, path) for path in _witnesses(left)) or any(
        matches(left, path) for path in _witnesses(right)
    )
