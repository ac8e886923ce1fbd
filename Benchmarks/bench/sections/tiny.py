"""Independent tasks that each make one small file, from nothing, taskgraph's cache on: what a task costs."""

from collections.abc import Iterator

from .. import shapes
from ..figures import Case
from ..measure import Sample
from ..rig import Rig
from ..tools import Tool


def run(rig: Rig) -> Iterator[Case]:
    for count in rig.tasks or ([1_000, 10_000] if rig.full else [1_000]):
        yield independent(rig, count)


def independent(rig: Rig, count: int) -> Case:
    name = f"tiny-{count}"
    graph = shapes.tiny(count)
    tools = rig.present("ninja", "make", "go-task")
    projects = {tool.name: rig.project(name, graph, tool) for tool in tools}
    rig.say(f"{name}: cold")

    def cold(tool: Tool) -> Sample:
        rig.clear(tool, projects[tool.name])
        return rig.run(tool, projects[tool.name])

    samples = rig.side_by_side(tools, cold, rounds=min(rig.repeat, 3))
    return Case(name, "cold", samples, per_task(samples, count))


def per_task(samples: dict[str, list[Sample]], count: int) -> dict[str, str]:
    return {tool: f"{min(s.cpu for s in taken) / count * 1000:.2f} ms CPU a task" for tool, taken in samples.items()}
