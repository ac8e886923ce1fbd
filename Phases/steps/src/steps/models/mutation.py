"""The step model-mutation: which elements of the mapped classes have a mutant that the tests kill. Changes nothing."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steps.core import tree
from steps.core.errors import StepError
from steps.core.findings import Level, Location, Report
from steps.core.processes import environment
from steps.models.leases import broker
from steps.models.looking import PROBE, module, sources
from steps.models.mutants import Mutant, mutants

_ENUM = re.compile(r"^class \w+\((?:.*\b)?(?:Str|Int)?Enum\b", re.M)
_KILLED = {
    1: "a test fails",
    2: "the tests cannot be collected",
    10: "it cannot be loaded",
    -1: "the tests take too long",
}
_NOT_TRIED = -2
_SECONDS = 180


@dataclass(frozen=True)
class Options:
    tests: str
    workers: int = 0
    # Of an element no further mutant is tried once one was killed.
    until_killed: bool = False


def measure(root: Path, options: Options) -> Report:
    """Raises `StepError` when the tests fail without any mutant."""
    tests = sorted((root / options.tests).rglob("test_*.py"))
    if not tests:
        raise StepError(f"{options.tests} has no test", hint="run model-tests first")
    texts = {path: path.read_text(encoding="utf-8") for path in tests}
    faults: list[tuple[Path, Mutant]] = []
    for path in _mutable(root):
        faults += [(path, mutant) for mutant in mutants(path.read_text(encoding="utf-8"))]
    jobs = [{"id": -1, "module": "", "path": "", "source": "", "tests": [str(t) for t in tests], "element": ""}]
    for number, (path, mutant) in enumerate(faults):
        own = [t for t, text in texts.items() if re.search(rf"\b{mutant.owner}\b", text)] or tests
        own.sort(key=lambda t, o=mutant.owner: -texts[t].count(o))  # type: ignore[misc]
        jobs.append({"id": number, "module": module(path)[1], "path": str(path), "source": mutant.source,
                     "tests": [str(t) for t in own], "element": mutant.element})  # fmt: skip
    codes = _run(root, jobs, options.workers or os.cpu_count() or 1, until_killed=options.until_killed)
    if codes.get(-1) != 0:
        raise StepError(
            f"the tests fail without any mutant (pytest exits with {codes.get(-1)})", hint=f"run pytest {options.tests}"
        )
    odd = {n: c for n, c in codes.items() if c not in (0, _NOT_TRIED) and c not in _KILLED}
    if odd:
        number, code = next(iter(odd.items()))
        raise StepError(
            f"{len(odd)} mutants ended in no verdict: {faults[number][1].element} {faults[number][1].says}: exit code {code}"
        )
    return _report(root, faults, codes)


def _mutable(root: Path) -> list[Path]:
    """Modules with mapped classes, and the enums beside them."""
    found = sources(root)
    beside = {p for path in found for p in path.parent.glob("*.py") if _ENUM.search(p.read_text(encoding="utf-8"))}
    return sorted({*found, *beside})


def _run(root: Path, jobs: list[dict[str, Any]], workers: int, *, until_killed: bool) -> dict[int, int]:
    with ExitStack() as stack:
        stack.enter_context(tree.no_litter(root))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="steps-mutants-")))
        leases = os.environ.get("TASKGRAPH_LEASES") or stack.enter_context(broker())
        running = []
        # All mutants of an element go to one process, which knows whether one was killed.
        elements = {name: n for n, name in enumerate(dict.fromkeys(job["element"] for job in jobs))}
        for worker in range(workers):
            settings = scratch / f"{worker}.json"
            some = [job for job in jobs if elements[job["element"]] % workers == worker]
            paths = sorted({str(module(Path(job["path"]))[0]) for job in some if job["path"]} | {str(root)})
            settings.write_text(
                json.dumps({"mutants": some, "paths": paths, "seconds": _SECONDS, "until_killed": until_killed}),
                encoding="utf-8",
            )
            running.append(stack.enter_context(_server(root, settings, scratch, leases)))
        codes: dict[int, int] = {}
        for process in running:
            for line in process.stdout or []:
                verdict = json.loads(line)
                codes[verdict["id"]] = verdict["code"]
                if len(codes) % 50 == 0:
                    survived = sum(code == 0 for code in codes.values())
                    print(f"{len(codes)} of {len(jobs)} tried, {survived} survived", file=sys.stderr, flush=True)
            process.wait()
    if len(codes) != len(jobs):
        raise StepError(
            f"only {len(codes)} of {len(jobs)} mutants were tried", hint="the process that forks them ended"
        )
    return codes


@contextmanager
def _server(root: Path, settings: Path, scratch: Path, leases: str) -> Iterator["subprocess.Popen[str]"]:
    extra = {"TASKGRAPH_LEASES": leases, "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch), "HYPOTHESIS_PROFILE": "ci"}
    command = ["uv", "run", "--locked", "--no-sync", "python", str(PROBE / "mutant_server.py"), str(settings)]
    process = subprocess.Popen(
        command, cwd=root, env=environment(extra), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _report(root: Path, faults: list[tuple[Path, Mutant]], codes: dict[int, int]) -> Report:
    report = Report("model-mutation")
    elements: dict[str, bool] = {}
    killed = tried = 0
    kinds: dict[str, dict[str, int]] = {}
    for number, (path, mutant) in enumerate(faults):
        if codes[number] == _NOT_TRIED:
            continue
        tried += 1
        dead = codes[number] != 0
        killed += dead
        of_kind = kinds.setdefault(mutant.kind, {"tried": 0, "killed": 0})
        of_kind["tried"] += 1
        of_kind["killed"] += dead
        elements[mutant.element] = elements.get(mutant.element, False) or dead
        if not dead:
            report.add(
                Level.NOTE,
                f"{mutant.element} {mutant.says}",
                "survived",
                Location(tree.relative(path, root), mutant.line),
            )
    covered = sum(elements.values())
    for name in sorted(name for name, dead in elements.items() if not dead):
        report.add(Level.NOT_CARRIED, name, "no mutant of it is killed")
    share = covered / len(elements) if elements else 0.0
    report.data = {"kinds": kinds, "elements": len(elements), "covered": covered, "coverage": share, "mutants": len(faults), "tried": tried, "killed": killed,
                   "score": killed / tried if tried else 0.0, "uncovered": sorted(n for n, dead in elements.items() if not dead)}  # fmt: skip
    report.summary = f"model-mutation: {covered} of {len(elements)} mapped elements have a killed mutant ({100 * share:.1f} %); {killed} of the {tried} mutants that were tried are killed"
    return report
