"""The tests that were written, held against the application as it is: what it does not do again is taken out, and named.

A test that fails on what it was recorded from says nothing about a fault. Its name is kept in `fixtures/unsteady.json`, so that no
later run writes it again; delete that file to try anew.
"""

import ast
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from steps.core import junit
from steps.core.errors import StepError
from steps.core.findings import Level, Location, Report
from steps.core.processes import environment
from steps.e2e import shared

UNSTEADY = "fixtures/unsteady.json"
_RUNS = 3
_FAILED = 1  # pytest's exit status: tests were run, and some failed


def unsteady(home: Path) -> dict[str, str]:
    """Why each test that was taken out was, by `file::name`."""
    path = home / UNSTEADY
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def prove(home: Path, base_url: str, written: dict[str, set[str]], report: Report) -> int:
    """Runs all tests until none fails, at most three times; takes out those of `written` (names by file) that fail. How many.

    Raises `StepError` when a test fails that the step did not write, when tests cannot run, or when some fail to the last.
    """
    out = unsteady(home)
    before = len(out)
    for _ in range(_RUNS):
        failed = _failures(home, base_url)
        if not failed:
            break
        for (file, name), reason in failed.items():
            if name not in written.get(file, set()):
                raise StepError(
                    f"{file}::{name} fails on the application as it is: {reason}", hint="mend that test first"
                )
            line = take_out(home / "specs" / file, name)
            out[f"{file}::{name}"] = reason
            report.add(
                Level.NOT_CARRIED, name, f"left out, not the same twice: {reason}", Location(f"specs/{file}", line)
            )
        (home / UNSTEADY).write_text(json.dumps(out, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    else:
        raise StepError(
            f"tests still fail in run {_RUNS}, other ones each time", hint="is the machine too busy for a browser?"
        )
    return len(out) - before


def take_out(path: Path, name: str) -> int:
    """Removes one test of a file; the line where it began."""
    text = path.read_text(encoding="utf-8")
    [node] = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == name]
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = text.splitlines()
    del lines[first - 1 : node.end_lineno]
    path.write_text(shared.unused_dropped("\n".join(lines).rstrip() + "\n"), encoding="utf-8")
    return first


def _failures(home: Path, base_url: str) -> dict[tuple[str, str], str]:
    """The first line of each failure, by file and test."""
    with tempfile.TemporaryDirectory(prefix="steps-e2e-") as scratch:
        results = Path(scratch, "e2e.xml")
        command = [sys.executable, "-m", "pytest", str(home), "-q", "-n", "2", "--dist=load", "-p", "no:cacheprovider",
                   f"--junitxml={results}"]  # fmt: skip
        done = subprocess.run(
            command,
            cwd=scratch,
            env=environment({"E2E_BASE_URL": base_url, "PYTHONDONTWRITEBYTECODE": "1"}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        cases = junit.cases(results)
        if done.returncode not in (0, _FAILED) or not all(case.module for case in cases):
            said = done.stdout[-3000:] + done.stderr[-1000:]
            raise StepError(f"the browser tests cannot run (pytest exits with {done.returncode}):\n{said}")
        return {(f"{case.module}.py", case.name): case.reason for case in cases if case.reason is not None}
