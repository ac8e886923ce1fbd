"""Runs the real program and reads what it says: events, resources used. And trees of files as values to compare."""

import hashlib
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("TASKGRAPH", REPOSITORY / ".build-release/release/taskgraph"))


@dataclass(frozen=True)
class Run:
    """One finished invocation, with its children's use of the machine in it."""

    status: int
    events: list[dict]
    output: str
    errors: str
    seconds: float
    cpu: float

    @property
    def figures(self) -> str:
        return f"{self.seconds:.2f} s, CPU {self.cpu * 1000:.0f} ms, children included"

    def tasks(self, event: str, **members: str) -> set[str]:
        """Names of the tasks that an event says this of."""
        return {
            line["task"]
            for line in self.events
            if line["event"] == event and all(line.get(name) == value for name, value in members.items())
        }

    def reason(self, task: str) -> str:
        """Why a task ran, in the words that people see."""
        [decided] = [line for line in self.events if line["event"] == "decided" and line["task"] == task]
        return decided["reason"]["text"]


def taskgraph(*arguments: str | Path, root: Path, status: int = 0, **environment: str | Path) -> Run:
    """`taskgraph --json ARGUMENT…` in `root`; other variables than the caller's are given by name. Fails on another status."""
    assert PROGRAM.exists(), f"{PROGRAM} is not there: run scripts/test release"
    inherited = {name: value for name, value in os.environ.items() if name != "TASKGRAPH_CACHE"}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [PROGRAM, "--json", *arguments],
            cwd=root,
            env=inherited | {name: str(value) for name, value in environment.items()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        started = os.times().elapsed
        _, waited, used = os.wait4(child.pid, 0)
        seconds = os.times().elapsed - started
        child.returncode = os.waitstatus_to_exitcode(waited)
        output.seek(0)
        errors.seek(0)
        said, complained = output.read().decode(), errors.read().decode()
    assert child.returncode == status, f"taskgraph {arguments} exited with {child.returncode}\n{said}\n{complained}"
    lines = [json.loads(line) for line in said.splitlines() if line.startswith('{"version"')]
    return Run(status, lines, said, complained, seconds, used.ru_utime + used.ru_stime)


@dataclass(frozen=True)
class Tree:
    """Every path of a directory with its mode and its content or target. Times are left out."""

    entries: dict[str, tuple[int, str]]

    @staticmethod
    def of(directory: Path) -> "Tree":
        entries = {}
        for path in sorted(directory.rglob("*")):
            name = str(path.relative_to(directory))
            if name == ".git" or name.startswith(".git/"):
                continue
            content = os.readlink(path) if path.is_symlink() else ""
            if path.is_file() and not path.is_symlink():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            entries[name] = (path.lstat().st_mode, content)
        return Tree(entries)
