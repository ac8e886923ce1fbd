"""What a task of a run sees: its inputs, its view, and the key that they make."""

import commands
from globs import covers
from nodes import Disk, Node, graph
from spec import Spec
from state import Checkout, Options


class Sights:
    """A run as its tasks see it. `results` and `layers` are filled by those that follow it."""

    def __init__(self, spec: Spec, checkout: Checkout, options: Options):
        self.spec, self.checkout, self.options = spec, checkout, options
        self.nodes = graph(spec, options.settings, checkout.disk)
        self.order: list[str] = []
        self.results: dict[str, tuple] = {}
        self.layers: dict[str, Disk | None] = {}
        self.views: dict[str, Disk] = {}
        # Every view shows the tree as it was when the run began.
        self.base = {
            path.removeprefix("tree/"): entry for path, entry in checkout.disk.items() if path.startswith("tree/")
        }

    def key(self, current: Node) -> tuple:
        """Everything that decides a result."""
        group = current.task.group
        settings = self.options.settings
        caller = (settings.passed,) if current.task.passes else ()
        needs = sorted(
            (edge.node, self.results[edge.node])
            for edge in current.edges
            if edge.kind == "hard" and not edge.is_inferred and edge.node in self.results
        )
        return (current.definition, group is None, caller, self._inputs(current), tuple(needs))

    def _inputs(self, current: Node) -> tuple:
        if current.task.kind != "view":
            return _identities(self._read(current))
        view = self.view(current)
        if current.inputs is None:
            return "whole", tuple(sorted(view.items()))
        changes = [edit.path for edit in current.task.edits]
        return _identities({p: e for p, e in view.items() if e[0] != "d" and (current.reads(p) or covers(changes, p))})

    def _read(self, current: Node) -> Disk:
        """The inputs, which directories are not."""
        disk = self.view(current) if current.task.kind == "view" else self.checkout.disk
        return {p: e for p, e in disk.items() if e[0] != "d" and current.reads(p)}

    def _text(self, current: Node) -> str:
        read = self._read(current)
        if current.task.kind == "view" and current.inputs is None:
            read = {p: e for p, e in self.view(current).items() if e[0] != "d"}
        group = current.task.group
        value = None if group is None else self.spec.groups[group].value
        return commands.text_read(current, self.options.settings, value, read)

    def view(self, current: Node) -> Disk:
        """The tree with the layers of all that it needs."""
        if current.name not in self.views:
            view = self.base
            below = self._beneath(current)
            for name in self.order:
                if name in below and self.layers.get(name):
                    view = commands.lay(view, self.layers[name])
            self.views[current.name] = view
        return self.views[current.name]

    def _beneath(self, current: Node) -> set[str]:
        found, stack = set(), [current.name]
        while stack:
            for edge in self.nodes[stack.pop()].edges:
                if edge.kind != "soft" and edge.node not in found:
                    found.add(edge.node)
                    stack.append(edge.node)
        return found


def _identities(files: Disk) -> tuple:
    """What of input files decides: content, and whether they may be executed."""
    return tuple(
        (path, entry[0], entry[1], entry[0] == "f" and bool(entry[2] & 0o111)) for path, entry in sorted(files.items())
    )
