"""How close a schedule comes to the bound: 200 sleeps at 8 slots, the critical chain declared last."""

from collections.abc import Iterator

from .. import shapes
from ..figures import Case
from ..measure import Sample
from ..rig import Rig
from ..schedules import list_schedule
from ..tools import Tool

JOBS = 8
BOUND = "lower bound"


def run(rig: Rig) -> Iterator[Case]:
    graph = shapes.sleeps()
    bound = shapes.lower_bound(graph, JOBS)
    # make and go-task take twice as long as the bound: too long to be told so every time.
    tools = rig.present("ninja", "make", "go-task") if rig.full else rig.present("ninja")
    projects = {tool.name: rig.project("sleeps", graph, tool) for tool in tools}
    rounds = min(rig.repeat, 3) if rig.full else 1

    def first(tool: Tool) -> Sample:
        rig.clear(tool, projects[tool.name])
        return rig.run(tool, projects[tool.name], jobs=JOBS)

    def again(tool: Tool) -> Sample:
        if tool.name == "taskgraph":
            return rig.run(tool, projects[tool.name], "--force", jobs=JOBS)
        rig.put_aside(projects[tool.name] / "out", directories_stay=True)
        return rig.run(tool, projects[tool.name], jobs=JOBS)

    for title, action, knows_durations in (("first", first, False), ("durations known", again, True)):
        rig.say(f"sleeps: {title}, {rounds} rounds of more than {bound:.1f} s a tool")
        samples = rig.side_by_side(tools, action, rounds)
        notes = {name: f"{min(s.wall for s in taken) / bound:.3f} × the bound" for name, taken in samples.items()}
        # What is above this is no matter of order: starting, ending, and processors that others use.
        best = list_schedule(graph, JOBS, knows_durations=knows_durations)
        notes[BOUND] = f"critical path first, at no cost: {best / bound:.3f} × the bound"
        yield Case("sleeps", title, {**samples, BOUND: [Sample(wall=bound)]}, notes)
