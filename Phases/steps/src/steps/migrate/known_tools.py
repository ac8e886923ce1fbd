"""Distributions that only tests and developers use, whatever file they are listed in. A list, kept short on purpose."""

import re

from packaging.utils import canonicalize_name

# Only what no program imports at run time: a tool listed here moves to the dev group, so a doubtful one is left out.
_TOOLS = frozenset({
    "autoflake", "bandit", "black", "coverage", "flake8", "hypothesis", "ipdb", "isort", "mypy", "nox", "pre-commit",
    "pycodestyle", "pydocstyle", "pyflakes", "pylint", "pyright", "pytest", "pyupgrade", "ruff", "testcontainers", "tox",
    "vulture",
})  # fmt: skip
_FAMILIES = re.compile(r"^(pytest|flake8|types|pylint|tox)-|-stubs$")


def is_test_tool(name: str) -> bool:
    key = canonicalize_name(name)
    return key in _TOOLS or _FAMILIES.search(key) is not None
