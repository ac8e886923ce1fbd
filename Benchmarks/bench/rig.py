"""What the sections share: the tools that are here, projects on disk, runs side by side. Knows no section."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import measure, writers
from .graph import Graph
from .measure import Sample
from .tools import Tool

# Beside a project, so that no tool sees it: which binary built it, and at what cost.
BUILT = "{tool}.built.json"
# What earlier runs made, in the directory of the projects.
ASIDE = "aside"


@dataclass
class Rig:
    directory: Path
    tools: dict[str, Tool]
    size: str
    repeat: int
    jobs: int
    # Counts of tasks asked for instead of those of the size.
    tasks: list[int] = field(default_factory=list)
    sources: int | None = None
    cold: bool = False
    say: Callable[[str], None] = print

    @property
    def full(self) -> bool:
        return self.size == "full"

    def present(self, *names: str) -> list[Tool]:
        """taskgraph and those of the peers that are here."""
        return [self.tools[name] for name in ("taskgraph", *names) if name in self.tools]

    def project(self, name: str, graph: Graph, tool: Tool) -> Path:
        """The project of this graph for this tool, written unless a kept one is there."""
        directory = self.directory / name / tool.name
        partial = directory.with_name(f"{tool.name}.partial")
        if not directory.exists():
            self.say(f"{name}: writing {len(graph.tasks):,} tasks for {tool.name}")
            shutil.rmtree(partial, ignore_errors=True)
            writers.write(graph, tool.name, partial)
            partial.rename(directory)
        return directory

    def run(self, tool: Tool, project: Path, *more: str, jobs: int | None = None) -> Sample:
        return measure.run(tool.command(jobs or self.jobs, *more), project)

    def clear(self, tool: Tool, project: Path) -> None:
        """As before the first run, and nothing waiting to be written to the disk that the next run would pay for."""
        self.forget(tool, project)
        self.put_aside(project / "out", directories_stay=True)
        if self.full:
            os.sync()

    def forget(self, tool: Tool, project: Path) -> None:
        built(tool, project).unlink(missing_ok=True)
        for name in tool.state:
            self.put_aside(project / name)

    def put_aside(self, path: Path, directories_stay: bool = False) -> None:
        """Out of the way, deleted when all is measured. Its directories may stay, as writers made them.

        Not deleted now: for a minute ext4 passes over every inode that was freed, one by one, whenever a file is made,
        and the tool that runs next would pay for what another one left.
        """
        if not path.exists():
            return
        aside = self.directory / ASIDE
        aside.mkdir(exist_ok=True)
        kept = aside / str(len(os.listdir(aside)))
        path.rename(kept)
        if directories_stay:
            for folder, _, _ in os.walk(kept):
                (path / os.path.relpath(folder, kept)).mkdir(exist_ok=True)

    def delete_aside(self) -> None:
        shutil.rmtree(self.directory / ASIDE, ignore_errors=True)

    def build(self, tool: Tool, project: Path) -> tuple[Sample, Sample]:
        """A cold run, and a run at once after it that has nothing to do. Both are remembered with the project."""
        self.clear(tool, project)
        cold = self.run(tool, project)
        first = self.run(tool, project)
        record = {"tool": tool.identity(), "cold": asdict(cold), "first": asdict(first)}
        built(tool, project).write_text(json.dumps(record))
        return cold, first

    def kept_build(self, tool: Tool, project: Path) -> tuple[Sample, Sample] | None:
        """What the cold run cost that this very binary made of this project earlier."""
        file = built(tool, project)
        if not file.exists():
            return None
        record = json.loads(file.read_text())
        if record["tool"] != tool.identity():
            return None
        return Sample(**record["cold"]), Sample(**record["first"])

    def ensure_built(self, name: str, graph: Graph, tool: Tool) -> Path:
        project = self.project(name, graph, tool)
        if not self.kept_build(tool, project):
            self.say(f"{name}: building with {tool.name}")
            self.build(tool, project)
        return project

    def side_by_side(
        self, tools: list[Tool], action: Callable[[Tool], Sample], rounds: int | None = None
    ) -> dict[str, list[Sample]]:
        """A B C A B C …: what slows the machine down for a while slows all of them down."""
        samples: dict[str, list[Sample]] = {tool.name: [] for tool in tools}
        for _ in range(rounds or self.repeat):
            for tool in tools:
                samples[tool.name].append(action(tool))
        return samples


def built(tool: Tool, project: Path) -> Path:
    return project.with_name(BUILT.format(tool=tool.name))


def stamps(project: Path) -> dict[str, tuple[int, int]]:
    """Of each output the inode and the time of the last change of its contents."""
    found = {}
    for folder, _, names in os.walk(project / "out"):
        for name in names:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            found[path] = (status.st_ino, status.st_mtime_ns)
    return found


def contents(project: Path) -> dict[str, bytes]:
    """All outputs by their path in the project; for small ones."""
    root = project / "out"
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}
