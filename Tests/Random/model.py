"""The model: what every task of a run must do and leave, from what is on disk and what the cache holds.

A run is followed task by task. Where the language leaves freedom (a run that is being stopped, a result that may or may
not have been kept when the program was killed), what was seen decides which of the allowed ways the model goes."""

import commands
from globs import covers, is_literal, matches
from nodes import Disk, Node, closure, node
from sights import Sights
from spec import Spec
from state import DONE, EMPTY, RAN, Cache, Checkout, Mismatch, Options, Record, Seen


class Simulation(Sights):
    """One run in the model. `follow` changes the checkout and the cache as the run must have."""

    def __init__(self, spec: Spec, checkout: Checkout, cache: Cache, options: Options, seen: Seen):
        super().__init__(spec, checkout, options)
        self.cache, self.seen = cache, seen
        self.outcomes: dict[str, str | None] = {}
        # Members of expansions, and how often a task finds its old output.
        self.members: dict[str, list[Node]] = {}
        self.finds: dict[str, int] = {}
        self.is_stopping = seen.disturbance is not None or (
            not options.keeps_going and "failed" in seen.outcomes.values()
        )
        wanted = closure(self.nodes, selected(self.nodes, options.targets))
        self.order = [name for name in self.nodes if name in wanted]

    def follow(self) -> None:
        for name in self.order:
            current = self.nodes[name]
            if not self._is_held_up(current):
                self._look(current)

    # What comes of needs.

    def _is_held_up(self, current: Node) -> bool:
        """Settles a task that cannot run because of what it needs."""
        undone = {
            self.outcomes[edge.node]
            for edge in current.edges
            if edge.kind != "soft" and self.outcomes.get(edge.node) not in DONE and edge.node in self.outcomes
        }
        if not undone or current.task.always:
            return False
        allowed = set()
        if undone & {"failed", "blocked"}:
            allowed.add("blocked")
        if undone & {"cancelled"} or self.is_stopping:
            allowed.add("cancelled")
        if self.seen.disturbance == "killed":
            allowed.add(None)
        self._settle(current, self._choose(current, allowed))
        return True

    def _choose(self, current: Node, allowed: set) -> str | None:
        outcome = self.seen.outcomes.get(current.name)
        if outcome not in allowed:
            shown = " or ".join(sorted(str(one) for one in allowed))
            raise Mismatch(f"{current.name}: {outcome}, expected {shown}")
        return outcome

    def _stopped(self, current: Node) -> set:
        """What else may become of a task because the run ends early."""
        if self.seen.disturbance == "killed":
            has_failed = not self.options.keeps_going and "failed" in self.seen.outcomes.values()
            return {None, "cancelled"} if has_failed and not current.task.always else {None}
        if self.seen.disturbance == "interrupted" or (self.is_stopping and not current.task.always):
            return {"cancelled"}
        return set()

    def _settle(self, current: Node, outcome: str | None, content: tuple | None = None) -> None:
        self.outcomes[current.name] = outcome
        if content is not None:
            self.results[current.name] = content

    # One task whose needs are done.

    def _look(self, current: Node) -> None:
        if current.is_skipped:
            self._settle(current, self._choose(current, {"skipped"} | self._stopped(current)), EMPTY)
            self._remember(current, None)
        elif current.over is not None:
            self._expand(current)
        else:
            self._examine(current)

    def _expand(self, current: Node) -> None:
        files = [
            path for path, entry in sorted(self.checkout.disk.items()) if entry[0] != "d" and covers(current.over, path)
        ]
        made = [node(self.spec, current.index, self.options.settings, item=path) for path in files]
        seen = self.seen.outcomes.keys() | self.seen.started
        if self.is_stopping and not any(one.name in seen for one in made):
            allowed = self._stopped(current) | ({"succeeded"} if not made else set())
            return self._settle(current, self._choose(current, allowed), EMPTY)
        self.members[current.name] = made
        for one in made:
            one.edges = current.edges
            self._examine(one)
        outcomes = {self.outcomes[one.name] for one in made}
        if outcomes <= DONE:
            allowed = {"succeeded"}
        else:
            allowed = ({"cancelled"} if "cancelled" in outcomes else set()) | (
                {"blocked"} if outcomes & {"failed", "blocked"} else set()
            )
        if self.seen.disturbance == "killed":
            allowed.add(None)
        content = ("instances", *(self.results.get(one.name, EMPTY) for one in made)) if made else EMPTY
        self._settle(current, self._choose(current, allowed), content)
        return None

    def _examine(self, current: Node) -> None:
        if self._lacks_input(current):
            self._settle(current, self._choose(current, {"failed"} | self._stopped(current)), EMPTY)
            return
        key = None if self._is_uncached(current) else self.key(current)
        record = self._usable(current, key)
        allowed = self._stopped(current)
        if record is not None:
            allowed = allowed | self._hits(current, key, record)
        if record is None or not record.is_sure:
            allowed = allowed | self._misses(current)
        if key is None and current.name in self.options.continues:
            allowed = allowed | {"up-to-date"}
        self._carry_out(current, key, self._choose(current, allowed), record)

    def _is_uncached(self, current: Node) -> bool:
        return current.task.uncached or (current.inputs is None and current.task.kind != "view")

    def _lacks_input(self, current: Node) -> bool:
        disk = self.view(current) if current.task.kind == "view" else self.checkout.disk
        return any(is_literal(p) and not any(matches(p, path) for path in disk) for p in current.includes)

    def _usable(self, current: Node, key: tuple | None) -> Record | None:
        if key is None or self.options.forces or not self.options.uses_cache:
            return None
        record = self.cache.get(key)
        # What is only stamped cannot be brought back.
        if record is not None and record.stamped != self._made(current, stored=False):
            return None
        return record

    def _hits(self, current: Node, key: tuple, record: Record) -> set:
        if current.outputs:
            return {"up-to-date" if record.stored == self._made(current, stored=True) else "restored"}
        last = self.checkout.last.get(current.name, {None})
        return ({"up-to-date"} if key in last else set()) | ({"restored"} if last != {key} else set())

    def _misses(self, current: Node) -> set:
        if current.task.kind == "ensure":
            if not self._holds(current):
                return {"failed"}
            return {"succeeded"} if self.options.forces else {"satisfied"}
        return {"succeeded" if self._will_succeed(current) else "failed"}

    def _holds(self, current: Node) -> bool:
        found = self.checkout.disk.get("src/a.t")
        return found is not None and any(line.startswith(current.task.word) for line in found[1].splitlines())

    def _will_succeed(self, current: Node) -> bool:
        failures, _ = self.checkout.control.get(current.stem, (0, ""))
        return failures <= current.task.retries

    # What its outcome changes.

    def _carry_out(self, current: Node, key: tuple | None, outcome: str | None, record: Record | None) -> None:
        content = EMPTY
        if outcome == "up-to-date" and record is None:
            if current.task.kind != "ensure":
                content = self._run(current, None, outcome)
        elif outcome in ("up-to-date", "restored"):
            record.is_sure = True
            content = record.content
            if outcome == "restored":
                self._put(current, record.stored)
            self.layers[current.name] = record.layer
        elif current.task.kind == "ensure":
            if outcome == "succeeded" and key is not None and self.options.uses_cache:
                self.cache[key] = Record({}, {}, None)
            key = None if outcome == "satisfied" else key
        elif outcome in RAN or (outcome is None and current.name in self.seen.started):
            content = self._run(current, key, outcome)
        if outcome in DONE or outcome is None and current.name in self.seen.started:
            self._remember(current, key)
        self._settle(current, outcome, content if outcome not in ("cancelled", None) else None)

    def _remember(self, current: Node, key: tuple | None) -> None:
        if current.outputs:
            return
        keys = self.checkout.last.get(current.name, {None}) if self.seen.disturbance == "killed" else set()
        self.checkout.last[current.name] = keys | {key}

    def _run(self, current: Node, key: tuple | None, outcome: str | None) -> tuple:
        text = self._text(current)
        view = self.view(current) if current.task.kind == "view" else {}
        attempts = self._attempts(current, outcome) if outcome != "up-to-date" else 0
        if outcome == "failed":
            return EMPTY
        layer = None
        if current.task.kind == "view":
            layer = commands.difference(view, commands.edit(current, text, view)) or None
            self.layers[current.name] = layer if outcome in DONE else None
        else:
            commands.make(current, text, self.checkout.disk)
        if outcome == "succeeded" and attempts != self.seen.attempts.get(current.name):
            raise Mismatch(f"{current.name}: {self.seen.attempts.get(current.name)} attempts, expected {attempts}")
        record = Record(self._made(current, stored=True), self._made(current, stored=False), layer)
        record.is_sure = outcome == "succeeded" and self.seen.disturbance != "killed"
        if key is not None and self.options.uses_cache and (record.is_sure or key not in self.cache):
            self.cache[key] = record
        return record.content

    def _attempts(self, current: Node, outcome: str | None) -> int:
        """Lets attempts fail as they must. Gives the number of attempts."""
        failures, mode = self.checkout.control.get(current.stem, (0, ""))
        attempts = 0
        while True:
            attempts += 1
            self._make_room(current)
            if failures == 0 or outcome is None:
                return attempts
            failures -= 1
            self.checkout.control[current.stem] = (failures, mode)
            if mode == "exit" or not commands.forgets(current.task):
                commands.spoil(current, self.checkout.disk)
            if attempts > current.task.retries:
                return attempts

    def _make_room(self, current: Node) -> None:
        disk = self.checkout.disk
        if current.task.keeps:
            if any(current.makes(path) for path in disk):
                self.finds[current.name] = self.finds.get(current.name, 0) + 1
        elif current.outputs:
            for path in [path for path in disk if current.makes(path)]:
                del disk[path]

    def _put(self, current: Node, stored: Disk) -> None:
        """Restores: what the patterns match becomes equal to the record."""
        disk = self.checkout.disk
        for path in [path for path in disk if current.makes(path, stored=True)]:
            del disk[path]
        disk |= stored

    def _made(self, current: Node, stored: bool) -> Disk:
        return {path: entry for path, entry in self.checkout.disk.items() if current.makes(path, stored)}


def selected(nodes: dict[str, Node], targets: list[str]) -> set[str]:
    """Nodes that targets name: tasks with all their instances, and groups."""
    return {
        name
        for name in nodes
        for target in targets
        if name == target or name.startswith(target + "[") or name.startswith(target + "/")
    }
