"""The layered graph: cold, nothing to do at once after it and again, one source changed in two places."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import shapes
from ..figures import Case
from ..graph import Graph
from ..measure import Sample
from ..rig import Rig, contents, stamps
from ..tools import Tool

PEERS = ("ninja", "make")
COLD_ROUNDS = 3
# Where a cold run takes minutes, one is enough.
LARGE = 20_000


def run(rig: Rig) -> Iterator[Case]:
    for count in rig.tasks or ([1_000, 10_000, 100_000] if rig.full else [1_000]):
        graph = graph_of(rig, count)
        tools = rig.present(*PEERS)
        projects = {tool.name: rig.project(name_of(count), graph, tool) for tool in tools}
        yield from Layered(rig, name_of(count), graph, tools, projects).cases()


def name_of(count: int) -> str:
    return f"layered-{count}"


def graph_of(rig: Rig, count: int) -> Graph:
    return shapes.layered(count, sources=rig.sources)


@dataclass
class Layered:
    rig: Rig
    name: str
    graph: Graph
    tools: list[Tool]
    projects: dict[str, Path]

    def cases(self) -> Iterator[Case]:
        cold, first, notes = self.builds()
        yield Case(self.name, "cold", cold, notes)
        yield Case(self.name, "first no-op", first, notes)
        self.rig.say(f"{self.name}: no-op")
        yield Case(self.name, "no-op", self.rig.side_by_side(self.tools, self.bring_up_to_date))
        last = shapes.source_index(len(self.graph.tasks) - 1, self.rig.sources)
        yield self.changed("top source changed", last, in_note=False)
        yield self.changed("bottom note changed", 0, in_note=True)
        yield self.equal()

    def builds(self) -> tuple[dict[str, list[Sample]], dict[str, list[Sample]], dict[str, str]]:
        """Cold runs, each with the no-op right behind it; a kept build's figures stand for those of its tool."""
        pairs: dict[str, list[tuple[Sample, Sample]]] = {tool.name: [] for tool in self.tools}
        notes = {}
        for tool in self.tools:
            kept = self.rig.kept_build(tool, self.projects[tool.name])
            if kept and not self.rig.cold:
                pairs[tool.name].append(kept)
                notes[tool.name] = "of an earlier run"
        rounds = 1 if len(self.graph.tasks) > LARGE else min(self.rig.repeat, COLD_ROUNDS)
        for _ in range(rounds):
            for tool in self.tools:
                if tool.name not in notes:
                    self.rig.say(f"{self.name}: cold, {tool.name}")
                    pairs[tool.name].append(self.rig.build(tool, self.projects[tool.name]))
        cold = {name: [pair[0] for pair in taken] for name, taken in pairs.items()}
        first = {name: [pair[1] for pair in taken] for name, taken in pairs.items()}
        # A kept project may have been left in the middle of a change.
        for tool in self.tools:
            self.bring_up_to_date(tool)
        return cold, first, notes

    def bring_up_to_date(self, tool: Tool) -> Sample:
        return self.rig.run(tool, self.projects[tool.name])

    def changed(self, title: str, source: int, in_note: bool) -> Case:
        """Every tool gets the same new text in the same file; what it ran is seen in its outputs, not asked of it."""
        self.rig.say(f"{self.name}: {title}")
        ran: dict[str, set[int]] = {tool.name: set() for tool in self.tools}
        samples: dict[str, list[Sample]] = {tool.name: [] for tool in self.tools}
        # No text that was there before: taskgraph would restore what it knows.
        base = int(time.time() * 10)
        for i in range(min(self.rig.repeat, 5)):
            version, note = (0, base + i) if in_note else (base + i, base)
            for tool in self.tools:
                project = self.projects[tool.name]
                before = stamps(project)
                (project / shapes.source_path(source)).write_text(shapes.source_text(source, version, note))
                samples[tool.name].append(self.bring_up_to_date(tool))
                ran[tool.name].add(sum(before.get(path) != stamp for path, stamp in stamps(project).items()))
        notes = {name: f"{', '.join(f'{n:,}' for n in sorted(counts))} ran" for name, counts in ran.items()}
        return Case(self.name, title, samples, notes, {"ran": max(ran["taskgraph"])})

    def equal(self) -> Case:
        """All tools must have made the same bytes, else they did not do the same work."""
        made = {tool.name: contents(self.projects[tool.name]) for tool in self.tools}
        ours = made["taskgraph"]
        if len(ours) != len(self.graph.tasks):
            raise RuntimeError(f"{self.name}: taskgraph made {len(ours)} of {len(self.graph.tasks)} outputs")
        different = [name for name, theirs in made.items() if theirs != ours]
        if different:
            raise RuntimeError(f"{self.name}: the outputs of {', '.join(different)} differ from taskgraph's")
        return Case(self.name, "outputs", {name: [] for name in made}, dict.fromkeys(made, "the same bytes"))
