"""pip against uv on the same requirements: fresh environments, caches of their own, every condition stated. Changes nothing."""

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from steps.core import pip, tree, uv
from steps.core.errors import StepError
from steps.core.findings import Report
from steps.core.processes import run
from steps.migrate.step import Options, migrate
from steps.requirements import closure as requirement_closure

_COMPARED = "pip install and uv sync into fresh environments, caches warm, bytecode compiled by both"


@dataclass(frozen=True)
class Measurement:
    """One installation. Seconds of wall time: making the environment and installing into it."""

    tool: str
    cache: str  # "cold": empty before; "warm": filled by the run before
    bytecode: bool
    environment_seconds: float | None  # None: part of `seconds`
    seconds: float


def measure(root: Path, python: str) -> Report:
    """Measures on copies of the tree, which must be in its before state: requirement files, no migration."""
    files = requirement_closure.read(root).roots
    if not files:
        raise StepError("no requirement files in the tree", hint="measure before migrating, on the tree as it was")
    interpreter = uv.find_python(python, cwd=root)
    with tempfile.TemporaryDirectory(prefix="steps-times-") as name:
        scratch = Path(name)
        before, after = tree.copy(root, scratch / "before"), tree.copy(root, scratch / "after")
        migrate(after, Options(python, ask_pip=False))
        runs = _pip_runs(before, files, interpreter, scratch) + _uv_runs(after, scratch)
        packages = _count(scratch / "uv-environment")
    return _report(runs, packages, interpreter)


def _pip_runs(tree_copy: Path, files: list[str], interpreter: Path, scratch: Path) -> list[Measurement]:
    """File after file into one environment, as a person would: together, one file's hashes would be asked of all."""
    runs = []
    for cache in ("cold", "warm"):
        begin = time.perf_counter()
        python = pip.make_environment(interpreter, scratch / f"pip-{cache}", cwd=tree_copy)
        made = time.perf_counter()
        for file in files:
            run(
                [python, "-m", "pip", "install", "--quiet", "--no-input", "-r", file], cwd=tree_copy,
                extra={"PIP_CACHE_DIR": str(scratch / "pip-cache")}, what=f"pip install -r {file}",
            )  # fmt: skip
        runs.append(Measurement("pip", cache, True, _rounded(made - begin), _rounded(time.perf_counter() - made)))
    return runs


def _uv_runs(tree_copy: Path, scratch: Path) -> list[Measurement]:
    runs = []
    for number, (cache, bytecode) in enumerate((("cold", False), ("warm", False), ("warm", True))):
        environment = scratch / ("uv-environment" if bytecode else f"uv-{number}")
        settings: Mapping[str, str] = {
            "UV_CACHE_DIR": str(scratch / "uv-cache"), "UV_PROJECT_ENVIRONMENT": str(environment),
            "UV_COMPILE_BYTECODE": "1" if bytecode else "0",
        }  # fmt: skip
        begin = time.perf_counter()
        run(["uv", "sync", "--locked", "--all-groups"], cwd=tree_copy, extra=settings, what="uv sync --locked")
        runs.append(Measurement("uv", cache, bytecode, None, _rounded(time.perf_counter() - begin)))
    return runs


def _report(runs: list[Measurement], packages: int, interpreter: Path) -> Report:
    compared = {r.tool: r.seconds for r in runs if r.cache == "warm" and r.bytecode}
    ratio = _rounded(compared["pip"] / compared["uv"]) if compared["uv"] else None
    report = Report("install-times")
    report.data = {
        "install": {"seconds": compared, "ratio": ratio},
        "compared": _COMPARED,
        "packages": packages,
        "conditions": {
            "pip_cache": "a directory of its own, empty at first: cold downloads, warm reads the wheels of the cold run",
            "uv_cache": "a directory of its own, empty at first; packages are linked from it by uv's default way",
            "bytecode": "pip always compiles; uv does where it says so",
            "resolution": "pip resolves in each run, one requirement file after the other; uv reads uv.lock, which was made before and is not counted",
            "machine": f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} at the end of the measurements",
            "environment": "pip's is made before the clock of `seconds` starts; uv's is part of `uv sync`",
        },
        "measurements": [asdict(r) for r in runs],
        "tools": {
            "uv": uv.version(),
            "pip": run([interpreter, "-m", "pip", "--version"], cwd=Path("/"), accept=(0, 1)).stdout.split(" from ")[0],
        },
    }
    report.summary = (
        f"install-times: {packages} packages: pip {compared['pip']:.1f} s, uv {compared['uv']:.1f} s ({ratio}×; {_COMPARED}); "
        + ", ".join(f"{r.tool} {r.cache}{'' if r.bytecode else ' uncompiled'} {r.seconds:.1f} s" for r in runs)
    )
    return report


def _count(environment: Path) -> int:
    return len(list(environment.glob("lib/python*/site-packages/*.dist-info")))


def _rounded(seconds: float) -> float:
    return round(seconds, 3)
