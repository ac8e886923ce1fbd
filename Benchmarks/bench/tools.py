"""The tools that are compared: where they are, how each is told to bring a project up to date. Runs nothing."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASE = REPOSITORY / ".build-release/release/taskgraph"
PEERS = REPOSITORY / ".build-tools/peers/bin"


@dataclass(frozen=True)
class Tool:
    name: str
    path: Path
    # From the number of jobs to the arguments that say: everything, and say little.
    arguments: Callable[[int], list[str]]
    # What it remembers of earlier runs, relative to the project.
    state: tuple[str, ...]

    def command(self, jobs: int, *more: str) -> list[str]:
        return [str(self.path), *self.arguments(jobs), *more]

    def identity(self) -> str:
        """Changes when another binary takes its place: what an earlier one built need not suit it."""
        status = self.path.stat()
        return f"{self.path} {status.st_size} {status.st_mtime_ns}"


KNOWN: dict[str, tuple[Callable[[int], list[str]], tuple[str, ...]]] = {
    "taskgraph": (lambda jobs: ["run", "--quiet", "-j", str(jobs)], (".taskgraph",)),
    "ninja": (lambda jobs: ["--quiet", "-j", str(jobs)], (".ninja_log", ".ninja_deps")),
    "make": (lambda jobs: ["-s", f"-j{jobs}"], ()),
    "go-task": (lambda jobs: ["--silent", "--concurrency", str(jobs)], (".task",)),
    "just": (lambda jobs: ["--quiet"], ()),
}
PEER_NAMES = [name for name in KNOWN if name != "taskgraph"]


def find(names: list[str], taskgraph: Path) -> dict[str, Tool]:
    """Those of `names` that are here. taskgraph is taken to be: the caller has looked."""
    found = {}
    for name in names:
        path = taskgraph.resolve() if name == "taskgraph" else find_peer(name)
        if path:
            found[name] = Tool(name, path, *KNOWN[name])
    return found


def find_peer(name: str) -> Path | None:
    """What Benchmarks/setup installed, else what PATH has. `task` in PATH may be quite another program."""
    installed = PEERS / ("task" if name == "go-task" else name)
    path = installed if installed.exists() else shutil.which(name)
    return Path(path).resolve() if path else None
