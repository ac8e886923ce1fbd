"""The step ui-faults: which faults of a web UI its browser tests notice. Changes nothing in the tree."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steps.core.errors import StepError
from steps.core.findings import Level, Location, Report
from steps.uifaults.mutants import mutants

_SOURCES = Path(__file__).parents[2]


@dataclass(frozen=True)
class Options:
    """`public` holds the UI's sources and `tests` its tests, in the tree. `sample` faults at random, 0 for all."""

    public: str
    tests: str
    base_url: str
    workers: int = 2
    sample: int = 0
    seconds: float = 0.0
    timeout: float = 2.0


def measure(root: Path, options: Options) -> Report:
    """Runs the tests on every mutant. Raises `StepError` when they fail without any."""
    names = [mutant.name for mutant in mutants(root / options.public)]
    # In an order that is always the same and none of theirs: what is there when time runs out is a fair sample.
    random.Random(0).shuffle(names)
    names = names[: options.sample or None]
    with tempfile.TemporaryDirectory(prefix="ui-faults-") as work:
        results, broken, tests = _run(root, options, names, Path(work))
    if broken:
        raise StepError(f"{len(broken)} tests fail without any fault: {', '.join(sorted(broken)[:5])}")
    return _report(root, options, names, results, tests)


def _run(root: Path, options: Options, names: list[str], work: Path) -> tuple[list[dict[str, Any]], set[str], int]:
    running = [_start(root, options, names, worker, work) for worker in range(options.workers)]
    deadline = time.monotonic() + (options.seconds or float("inf"))
    while any(process.poll() is None for process in running):
        if time.monotonic() > deadline or any(process.poll() for process in running):
            for process in running:
                process.terminate()
        time.sleep(0.05)
    results: list[dict[str, Any]] = []
    broken: set[str] = set()
    tests = 0
    for worker in range(options.workers):
        out = work / f"{worker}.jsonl"
        if not out.exists():
            raise StepError("the tests did not start", hint=(work / f"{worker}.log").read_text()[-2000:])
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
        if not lines:
            continue
        broken |= set(lines[0]["broken"])
        tests = lines[0]["tests"]
        results += lines[1:]
    return results, broken, tests


def _start(root: Path, options: Options, names: list[str], worker: int, work: Path) -> "subprocess.Popen[bytes]":
    settings = {"public": str(root / options.public), "base_url": options.base_url, "out": str(work / f"{worker}.jsonl"),
                "names": names, "worker": worker, "workers": options.workers}  # fmt: skip
    environment = os.environ | {"UI_FAULTS": json.dumps(settings), "E2E_TIMEOUT": str(options.timeout),
                                "PYTHONPATH": str(_SOURCES), "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
    command = [sys.executable, "-m", "pytest", options.tests, "-q", "-o", "addopts=", "-o", "timeout=0", "-p", "no:cacheprovider",
               "-p", "steps.uifaults.plugin"]  # fmt: skip
    with (work / f"{worker}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT)


def _report(root: Path, options: Options, names: list[str], results: list[dict[str, Any]], tests: int) -> Report:
    report = Report("ui-faults")
    survivors = sorted((r for r in results if r["caught_by"] is None), key=lambda r: r["name"])
    for one in survivors:
        _, file, line = one["name"].split("#")[0].split(":")
        report.add(Level.NOTE, f"{one['before'].strip()[:80]!r} as {one['after'].strip()[:80]!r}", f"survived: {one['says']}",
                   Location(f"{options.public}/{file}", int(line)))  # fmt: skip
    caught = len(results) - len(survivors)
    share = 100 * caught / len(results) if results else 0.0
    kinds: dict[str, list[int]] = {}
    for one in results:
        kind = kinds.setdefault(one["name"].split(":")[0], [0, 0])
        kind[0] += one["caught_by"] is not None
        kind[1] += 1
    report.data |= {"faults": {"all": len(names), "tried": len(results), "caught": caught, "share": round(share, 1)},
                    "tests": tests, "kinds": dict(sorted(kinds.items())), "survivors": [one["name"] for one in survivors]}  # fmt: skip
    report.summary = f"ui-faults: {caught} of {len(results)} faults caught ({share:.1f} %) by {tests} tests; {len(names)} faults in all"
    return report
