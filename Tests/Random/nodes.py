"""The graph that the language makes of a project: tasks and their instances with all that edges and keys are made of."""

from dataclasses import dataclass, field

import scripts
from declare import AXES, Settings, declaration, each_pattern, outputs, resolve
from globs import _witnesses, covers, matches, meet
from spec import Spec, Task

Disk = dict[str, tuple]


@dataclass
class Edge:
    """A need, resolved. What was inferred from a pattern hands on files, not the whole result."""

    node: str
    kind: str
    is_inferred: bool = False


@dataclass
class Node:
    name: str
    index: int
    task: Task
    stem: str
    # Patterns of the items, for a task that is multiplied while running; else None.
    over: list[str] | None
    item: str | None
    inputs: list[str] | None
    outputs: list[tuple[str, bool]]
    # What decides the result besides files, needs and the caller: a value to compare.
    definition: tuple
    is_skipped: bool
    edges: list[Edge] = field(default_factory=list)

    @property
    def includes(self) -> list[str]:
        return [pattern for pattern in self.inputs or [] if not pattern.startswith("!")]

    @property
    def excludes(self) -> list[str]:
        return [pattern[1:] for pattern in self.inputs or [] if pattern.startswith("!")]

    def reads(self, path: str) -> bool:
        return covers(self.includes, path) and not covers(self.excludes, path)

    def makes(self, path: str, stored: bool | None = None) -> bool:
        return any(matches(pattern, path) for pattern, kept in self.outputs if stored in (None, kept))


def node(spec: Spec, index: int, settings: Settings, item: str | None = None, axes: dict | None = None) -> Node:
    task = spec.tasks[index]
    axes = axes or {}

    def text(template: str) -> str:
        return resolve(template, settings, item, axes)

    declared = declaration(spec, index)
    made = []
    if task.kind not in ("view", "ensure"):
        for output in outputs(spec, index):
            made.append((text(output), True) if isinstance(output, str) else (text(output["path"]), False))
    group = None if task.group is None else spec.groups[task.group].value
    definition = (
        text(declared.get("run", "")),
        f"e{task.value}" if "env" in declared else None,
        group,
        tuple(made),
        tuple(declared.get("changes", ())),
        (task.kind, task.word, task.keeps, task.accepts, task.passes),
    )
    return Node(
        text(scripts.label(spec, index)),
        index,
        task,
        text(scripts.stem(spec, index)),
        None,
        item,
        None if task.inputs is None else [text(pattern) for pattern in declared["inputs"]],
        made,
        definition,
        task.when and settings.w != "yes",
    )


def expansion(spec: Spec, index: int, settings: Settings) -> Node:
    """A task over files that others make, before it is multiplied: the items' patterns stand for the items."""
    pattern = each_pattern(spec, index)
    made = node(spec, index, settings, item=pattern)
    made.name, made.over, made.item = spec.name(index), [pattern], None
    made.inputs = [pattern, *(made.inputs or [])]
    return made


def graph(spec: Spec, settings: Settings, disk: Disk) -> dict[str, Node]:
    """All nodes that are known before a run, in an order in which each follows what it needs."""
    nodes: dict[str, Node] = {}
    sites: dict[int, list[str]] = {}
    for index, task in enumerate(spec.tasks):
        for made in _instances(spec, index, task, settings, disk):
            nodes[made.name] = made
            sites.setdefault(index, []).append(made.name)
    for current in nodes.values():
        current.edges = _edges(current, nodes, sites)
    return nodes


def _instances(spec: Spec, index: int, task: Task, settings: Settings, disk: Disk) -> list[Node]:
    if task.kind == "each-made":
        return [expansion(spec, index, settings)]
    if task.kind == "each-source":
        files = sorted(path for path in disk if matches("src/*.t", path) and disk[path][0] != "d")
        return [node(spec, index, settings, item=path) for path in files]
    if task.kind == "matrix":
        return [node(spec, index, settings, axes={"a": a, "b": b}) for a in AXES["a"] for b in AXES["b"]]
    return [node(spec, index, settings)]


def _edges(current: Node, nodes: dict[str, Node], sites: dict[int, list[str]]) -> list[Edge]:
    edges: dict[str, Edge] = {}

    def add(edge: Edge) -> None:
        strength = ("hard", "order-only", "soft")
        known = edges.get(edge.node)
        if known is None or strength.index(edge.kind) < strength.index(known.kind):
            edges[edge.node] = edge

    for need in current.task.needs:
        for name in sites.get(need.task, []):
            add(Edge(name, need.kind))
    if current.task.kind != "view":
        for other in nodes.values():
            if other.index < current.index and any(_hands_on(current, output) for output, _ in other.outputs):
                add(Edge(other.name, "hard", is_inferred=True))
    return list(edges.values())


def _hands_on(reader: Node, output: str) -> bool:
    """Whether an input pattern meets an output, and excludes leave something of that."""
    for pattern in reader.includes:
        shared = [path for path in _witnesses(pattern) if matches(output, path)]
        shared += [path for path in _witnesses(output) if matches(pattern, path)]
        if meet(pattern, output) and any(not covers(reader.excludes, path) for path in shared):
            return True
    return False


def closure(nodes: dict[str, Node], targets: set[str]) -> set[str]:
    """The targets and what they need, soft needs left out."""
    wanted, stack = set(targets), list(targets)
    while stack:
        for edge in nodes[stack.pop()].edges:
            if edge.kind != "soft" and edge.node not in wanted:
                wanted.add(edge.node)
                stack.append(edge.node)
    return wanted
