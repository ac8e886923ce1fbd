"""What is done to a project between its runs: on the real disk and in the model alike."""

import copy
import shutil
from collections import Counter
from pathlib import Path

from actions import Case, Change, Damage, EditSource, Fail, Forget, Mend, RunStep
from declare import Settings, yaml
from nodes import graph
from state import Cache, Checkout
from world import Place


class Workshop:
    """A case in progress. `log` holds what was done, as text for people."""

    def __init__(self, case: Case, base: Path):
        self.case = case
        self.spec = copy.deepcopy(case.spec)
        self.base = base
        shared = base / "cache" if case.shares else None
        self.places = [Place(base, number, shared) for number in range(2)]
        self.checkouts = [Checkout(), Checkout()]
        self.caches: list[Cache] = [{}, {}]
        if case.shares:
            self.caches[1] = self.caches[0]
        self.log: list[str] = []
        # What was done, for the sum of a soak.
        self.counts: Counter[str] = Counter()
        for number in range(2):
            self.places[number].prepare()
            self._lay_out(number)

    def _lay_out(self, number: int) -> None:
        for path, word in self.spec.sources.items():
            self._put(number, "src/" + path, ("f", f"{word}\nrest\n", 0o644))
        for path, word in self.spec.tree.items():
            self._put(number, "tree/" + path, ("f", f"{word}\nrest\n", 0o644))
        (self.places[number].root / "tree").mkdir(exist_ok=True)
        self.places[number].write_yaml(yaml(self.spec))

    def _put(self, number: int, path: str, entry: tuple | None, times: str = "now") -> None:
        disk = self.checkouts[number].disk
        self.places[number].put(path, entry, times)
        for beneath in [name for name in disk if name == path or name.startswith(path + "/")]:
            del disk[beneath]
        if entry is not None:
            disk[path] = entry
            parts = path.split("/")
            for length in range(2, len(parts)):
                disk.setdefault("/".join(parts[:length]), ("d", "", 0o755))

    def _settings(self, step: RunStep) -> Settings:
        args = step.args if self.spec.takes_args else ""
        return Settings(f"v{self.spec.var}", "no" if step.leaves_out else "yes", args, step.passed)

    def do_EditSource(self, step: EditSource) -> None:
        disk = self.checkouts[step.checkout].disk
        names = ["src/" + path for path in self.spec.sources] + ["tree/" + path for path in self.spec.tree]
        path = names[step.file % len(names)]
        kind, content, *mode = disk.get(path, ("f", "z\nrest\n", 0o644))
        mode = mode[0] if mode else 0o644
        lines = content.splitlines() if kind == "f" else ["z", "rest"]
        times = "now"
        match step.how:
            case "first" | "older" | "sneaky":
                lines[0] = step.word
                times = {"first": "now", "older": "older", "sneaky": "kept"}[step.how]
            case "second":
                lines[1] = step.word
            case "chmod":
                mode ^= 0o111
        entry: tuple | None = ("f", "\n".join(lines) + "\n", mode)
        if step.how == "link" and path != "src/a.t":
            entry = ("l", step.word)
        if step.how == "delete":
            entry = None
        self._put(step.checkout, path, entry, times)

    def do_Damage(self, step: Damage) -> None:
        disk = self.checkouts[step.checkout].disk
        made = sorted(path for path in disk if path.startswith("o") and disk[path][0] != "d")
        if not made:
            return
        path = made[step.file % len(made)]
        kind, content, *mode = disk[path]
        match step.how:
            case "delete":
                self._put(step.checkout, path, None)
            case "all":
                for one in made:
                    self._put(step.checkout, one, None)
            case "corrupt" if kind == "f":
                self._put(step.checkout, path, ("f", "corrupt\n", mode[0]), "kept")
            case "chmod" if kind == "f":
                self._put(step.checkout, path, (kind, content, mode[0] ^ 0o111))
            case "extra" if path.count("/") > 1:
                self._put(step.checkout, path.rpartition("/")[0] + "/extra.t", ("f", "extra\n", 0o644))

    def do_Fail(self, step: Fail) -> None:
        number = step.checkout
        stems = self._stems(step.task % len(self.spec.tasks), number)
        self.checkouts[number].control |= {stem: (step.times, step.mode) for stem in stems}
        self.places[number].set_control(self.checkouts[number].control)

    def _stems(self, index: int, number: int) -> list[str]:
        """Of a task that is multiplied only while running, the stems that its files have now."""
        nodes = graph(self.spec, self._settings(RunStep()), self.checkouts[number].disk)
        stems = [node.stem for node in nodes.values() if node.index == index and node.over is None]
        return stems or [f"t{index}-n{letter}" for letter in "0t"]

    def do_Mend(self, step: Mend) -> None:
        self.checkouts[step.checkout].control.clear()
        self.places[step.checkout].set_control({})

    def do_Forget(self, step: Forget) -> None:
        number, checkout = step.checkout, self.checkouts[step.checkout]
        if step.what == "state" or not self.case.shares:
            shutil.rmtree(self.places[number].root / ".taskgraph", ignore_errors=True)
            checkout.last.clear()
            if not self.case.shares:
                self.caches[number].clear()
        else:
            shutil.rmtree(self.base / "cache", ignore_errors=True)
            self.caches[0].clear()

    def do_Change(self, step: Change) -> None:
        task = self.spec.tasks[step.task % len(self.spec.tasks)]
        match step.what:
            case "value":
                task.value += 1
            case "function":
                task.function = "names" if task.function == "all" else "all"
            case "var":
                self.spec.var += 1
            case "group" if task.group is not None:
                self.spec.groups[task.group].value += 1
            case "accepts" if task.kind != "ensure":
                task.accepts = not task.accepts
            case "uncached":
                task.uncached = not task.uncached
            case "needs" if task.kind != "view" and task.needs:
                task.needs = task.needs[:-1]
            case "naps":
                task.naps = 3 - task.naps
            case "pools":
                self.spec.pools = {name: 3 - size for name, size in self.spec.pools.items()}
        for place in self.places:
            place.write_yaml(yaml(self.spec))
