"""Starting up: one task that is up to date. `true` is what starting any program costs here."""

from collections.abc import Iterator

from .. import measure, shapes
from ..figures import Case
from ..measure import Sample
from ..rig import Rig
from ..tools import Tool

FLOOR = "true"


def run(rig: Rig) -> Iterator[Case]:
    tools = rig.present("ninja", "make", "just", "go-task")
    projects = {tool.name: rig.ensure_built("one", shapes.one(), tool) for tool in tools}
    rounds = 200 if rig.full else 40
    rig.say(f"startup: {rounds} rounds")
    samples: dict[str, list[Sample]] = {tool.name: [] for tool in tools}
    samples[FLOOR] = []

    def start(tool: Tool) -> Sample:
        return rig.run(tool, projects[tool.name])

    for _ in range(rounds):
        for name, taken in rig.side_by_side(tools, start, rounds=1).items():
            samples[name] += taken
        samples[FLOOR].append(measure.run(["/bin/true"], rig.directory))
    # Always runs its task: it knows no files.
    notes = {"just": "runs the task"} if "just" in samples else {}
    yield Case("startup", "up to date", samples, notes)
