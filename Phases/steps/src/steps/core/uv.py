"""uv as the steps use it: find a Python, lock, read uv.lock. Knows no requirement file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steps.core.errors import StepError
from steps.core.processes import run


@dataclass(frozen=True)
class LockedPackage:
    name: str
    version: str | None  # None for a project whose version is dynamic
    source: dict[str, Any]
    hashes: frozenset[str]


def find_python(version: str, *, cwd: Path) -> Path:
    """An interpreter of that version on this machine. Raises `StepError` when there is none."""
    done = run(
        ["uv", "python", "find", "--no-project", version], cwd=cwd, what=f"looking for Python {version}",
        hint="install that version, or say another with --python",
    )  # fmt: skip
    return Path(done.stdout.strip())


def lock(root: Path, *, python: str | None = None) -> None:
    """`uv lock`: resolves, and keeps every version that an existing uv.lock already holds."""
    command = ["uv", "lock", *(["--python", python] if python else [])]
    run(
        command,
        cwd=root,
        what="uv lock",
        hint="the requirements above contradict each other, or a package cannot be had",
    )


def locked(root: Path) -> dict[str, list[LockedPackage]]:
    """uv.lock's packages by name; several where markers fork the resolution."""
    path = root / "uv.lock"
    if not path.is_file():
        raise StepError("uv.lock does not exist", hint="run `uv lock`")
    result: dict[str, list[LockedPackage]] = {}
    for package in tomllib.loads(path.read_text(encoding="utf-8")).get("package", []):
        artifacts = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        result.setdefault(package["name"], []).append(LockedPackage(
            name=package["name"], version=package.get("version"), source=package.get("source", {}),
            hashes=frozenset(artifact["hash"] for artifact in artifacts if "hash" in artifact),
        ))  # fmt: skip
    return result


def version() -> str:
    return run(["uv", "--version"], cwd=Path.cwd()).stdout.strip()
