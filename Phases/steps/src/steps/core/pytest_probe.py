"""Asks pytest, in the project's own environment, what it collects and how it reads its settings. Judges nothing."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steps.core import tree
from steps.core.errors import StepError
from steps.core.processes import run
from steps.core.toml import TomlFile

# 1: tests failed (not while collecting), 2: collection errors, 5: no test. 3 and 4 mean that pytest did not get that far.
_COLLECTED = (0, 1, 2, 5)


@dataclass(frozen=True)
class Seen:
    """One answer of pytest. `ini` holds the values as its `getini` gives them, `types` the declared type of each."""

    ids: list[str]
    errors: dict[str, list[str]]
    ini: dict[str, Any]
    types: dict[str, str]
    inipath: str | None
    profile: str | None


def ask(
    root: Path,
    *,
    keys: Sequence[str] = (),
    arguments: Sequence[str] = (),
    stop: bool = False,
    extra: Mapping[str, str] | None = None,
) -> Seen:
    """`pytest --collect-only` under `uv run --locked --no-sync`. Leaves nothing behind in the tree.

    xdist does not distribute while only collecting, so that `-n auto` in addopts needs no counter-option.
    """
    if TomlFile(root / "pyproject.toml").get("project") is None or not (root / ".venv").is_dir():
        raise StepError(
            "pytest cannot be asked: the tree has no [project] with a .venv", hint="run uv-migrate and venv first"
        )
    plugin = Path(__file__).parent / "probe"
    with tempfile.TemporaryDirectory(prefix="steps-probe-") as scratch, tree.no_litter(root):
        out = Path(scratch, "seen.json")
        variables = {
            "PYTHONPATH": str(plugin), "STEPS_PROBE_OUT": str(out), "STEPS_PROBE_KEYS": json.dumps(list(keys)),
            "STEPS_PROBE_STOP": "1" if stop else "0", "COVERAGE_FILE": str(Path(scratch, "coverage")), **(extra or {}),
        }  # fmt: skip
        done = run(
            ["uv", "run", "--locked", "--no-sync", "pytest", "--collect-only", "-q", "-p", "steps_probe", "-o", f"cache_dir={scratch}/cache", *arguments],
            cwd=root, extra=variables, accept=_COLLECTED, what="pytest --collect-only",
            hint="pytest has to start in this tree, with its plugins installed, before it can be compared",
        )  # fmt: skip
        if not out.is_file():
            raise StepError(f"pytest ended before it collected anything:\n{done.stdout.strip()}\n{done.stderr.strip()}")
        return Seen(**json.loads(out.read_text(encoding="utf-8")))
