"""Peak memory a task, loading the graph from nothing and with nothing to do; and how long loading takes."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .. import measure, shapes
from ..figures import Case
from ..graph import Graph
from ..measure import Sample
from ..rig import Rig
from ..tools import Tool
from .layered import PEERS, graph_of, name_of


def run(rig: Rig) -> Iterator[Case]:
    tools = rig.present(*PEERS)
    floors = {tool.name: memory_of_one(rig, tool) for tool in tools}
    for count in rig.tasks or ([1_000, 10_000, 100_000] if rig.full else [1_000]):
        graph = graph_of(rig, count)
        loads = loading(rig, graph, count)
        yield case(f"memory-{count}", "load", loads, count, floors)
        projects = {tool.name: rig.ensure_built(name_of(count), graph, tool) for tool in tools}
        for tool in tools:
            rig.run(tool, projects[tool.name])
        rig.say(f"memory-{count}: no-op")
        idle = rig.side_by_side(tools, lambda tool, at=projects: rig.run(tool, at[tool.name]), min(rig.repeat, 3))
        yield case(f"memory-{count}", "no-op", idle, count, floors)


def memory_of_one(rig: Rig, tool: Tool) -> float:
    project = rig.ensure_built("one", shapes.one(), tool)
    return median(rig.run(tool, project).memory for _ in range(3))


def loading(rig: Rig, graph: Graph, count: int) -> dict[str, list[Sample]]:
    """The graph's file is all that is there: `taskgraph list` and ninja's smallest query read it and little else.

    make has nothing that only reads, so that it is left out.
    """
    rig.say(f"memory-{count}: load")
    directory = rig.directory / f"load-{count}"
    tools = rig.present("ninja")

    def load(tool: Tool) -> Sample:
        source = rig.project(name_of(count), graph, tool)
        project = directory / tool.name
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir(parents=True)
        return measure.run([str(tool.path), *load_arguments(tool, graph)], copy_description(source, project))

    return rig.side_by_side(tools, load, min(rig.repeat, 3))


def load_arguments(tool: Tool, graph: Graph) -> list[str]:
    return ["list"] if tool.name == "taskgraph" else ["-t", "query", graph.tasks[0].output]


def copy_description(source: Path, target: Path) -> Path:
    for name in ("tasks.yaml", "build.ninja"):
        if (source / name).exists():
            shutil.copy(source / name, target)
    return target


def case(section: str, name: str, samples: dict[str, list[Sample]], count: int, floors: dict[str, float]) -> Case:
    """A task's share is what this graph takes more than a graph of one task."""
    shares = {
        tool: (median(sample.memory for sample in taken) - floors[tool]) / count for tool, taken in samples.items()
    }
    notes = {tool: f"{share:,.0f} bytes a task" for tool, share in shares.items()}
    return Case(section, name, samples, notes, {"bytes-per-task": shares["taskgraph"]})
