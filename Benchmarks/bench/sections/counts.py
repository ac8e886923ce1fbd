"""System calls, counted by strace: what a busy machine does not change. For the limits of CI."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from .. import measure, shapes
from ..figures import Case
from ..measure import Sample
from ..rig import Rig
from ..tools import Tool
from .layered import graph_of, name_of

# How often threads wait for each other is chance.
UNCOUNTED = {"futex", "restart_syscall", "total"}
TASKS = 1_000


def run(rig: Rig) -> Iterator[Case]:
    if not shutil.which("strace"):
        rig.say("counts: strace is not here; Benchmarks/setup installs it")
        return
    tools = rig.present("ninja", "make")
    one = {tool.name: rig.ensure_built("one", shapes.one(), tool) for tool in tools}
    yield counted(rig, "start-up", tools, one, tasks=1, cold=False)
    layered = {tool.name: rig.ensure_built(name_of(TASKS), graph_of(rig, TASKS), tool) for tool in tools}
    yield counted(rig, "no-op", tools, layered, TASKS, cold=False)
    tiny = {tool.name: rig.project(f"tiny-{TASKS}", shapes.tiny(TASKS), tool) for tool in tools}
    yield counted(rig, "tiny", tools, tiny, TASKS, cold=True)


def counted(rig: Rig, name: str, tools: list[Tool], projects: dict[str, Path], tasks: int, cold: bool) -> Case:
    rig.say(f"counts: {name}")
    samples = {tool.name: [count(rig, tool, projects[tool.name], cold)] for tool in tools}
    shares = {name: taken[0].syscalls / tasks for name, taken in samples.items()}
    notes = {name: f"{share:,.1f} a task" for name, share in shares.items()} if tasks > 1 else {}
    return Case("counts", name, samples, notes, {"per-task": shares["taskgraph"]})


def count(rig: Rig, tool: Tool, project: Path, cold: bool) -> Sample:
    """All processes of the run together. Only the count is kept: strace makes everything slow."""
    if cold:
        rig.clear(tool, project)
    else:
        rig.run(tool, project)
    report = rig.directory / f"strace.{tool.name}"
    command = ["strace", "-f", "-c", "-o", str(report), *tool.command(rig.jobs)]
    measure.run(command, project)
    return Sample(syscalls=total(report.read_text()))


def total(report: str) -> int:
    """The sum of the column `calls` of `strace -c`. Its column of errors is empty in most rows."""
    calls = 0
    for line in report.splitlines():
        cells = line.split()
        if len(cells) >= 5 and cells[0][0].isdigit() and cells[-1] not in UNCOUNTED:
            calls += int(cells[3])
    return calls
