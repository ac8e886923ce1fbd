"""Adds pytest-taskgraph to the dev group as a wheel inside the tree. Knows no test.

The wheel lies in the tree (`vendor/`) because only what a repository holds is found by everybody who has it: a path outside
would be another one in a workspace, on a colleague's machine and in CI, and what is installed past the lock is removed by the
next `uv sync`. uv.lock names it by its relative path and its hash, so `uv sync --locked` and `uv lock --check` hold anywhere.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from steps.core import tree, uv
from steps.core.errors import StepError
from steps.core.processes import run
from steps.core.toml import TomlFile

NAME = "pytest-taskgraph"
FOLDER = "vendor"
TOUCHED = ("pyproject.toml", "uv.lock")
# A wheel is a zip: without this its entries carry the time of the build, and every build has another hash.
_EPOCH = {"SOURCE_DATE_EPOCH": "315532800"}


def add(root: Path, given: Path) -> dict[str, Any]:
    """Adds and locks; nothing when that wheel is there already. Raises `StepError` when other versions would move."""
    pyproject = TomlFile(root / "pyproject.toml")
    if pyproject.get("project") is None:
        raise StepError("pyproject.toml has no [project]", hint="run uv-migrate first")
    with tempfile.TemporaryDirectory(prefix="steps-plugin-") as scratch:
        wheel = _wheel(given, Path(scratch))
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        place = root / FOLDER / wheel.name
        facts: dict[str, Any] = {"wheel": f"{FOLDER}/{wheel.name}", "sha256": digest}
        source = pyproject.get("tool", "uv", "sources", NAME)
        if place.is_file() and hashlib.sha256(place.read_bytes()).hexdigest() == digest and source:
            return facts
        for old in (root / FOLDER).glob("pytest_taskgraph-*.whl"):
            old.unlink()
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(wheel, place)
    facts["ignored"] = run(["git", "check-ignore", "-q", facts["wheel"]], cwd=root, accept=(0, 1, 128)).returncode == 0
    before = _versions(root)
    with tree.no_litter(root, keep=("uv.lock",)):
        run(["uv", "add", "--dev", "--no-sync", f"./{FOLDER}/{place.name}"], cwd=root, what=f"uv add --dev {NAME}")
    after = _versions(root)
    moved = sorted(name for name in before if name != NAME and after.get(name) != before[name])
    if moved:
        raise StepError(f"adding {NAME} moved other versions: {', '.join(moved)}", hint="pin them, or lock them first")
    return facts | {"added": sorted(after.keys() - before.keys())}


def _wheel(given: Path, scratch: Path) -> Path:
    if given.suffix == ".whl" and given.is_file():
        return given
    if not (given / "pyproject.toml").is_file():
        raise StepError(f"{given}: neither a wheel nor a project", hint="say --plugin WHEEL or --plugin DIRECTORY")
    run(["uv", "build", "--wheel", "--out-dir", scratch, given], cwd=scratch, extra=_EPOCH, what=f"building {NAME}")
    return next(scratch.glob("*.whl"))


def _versions(root: Path) -> dict[str, list[str]]:
    return {name: sorted(p.version or "dynamic" for p in packages) for name, packages in uv.locked(root).items()}
