"""Plays a case: each step on the real program and on the model, and compares."""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import checks
from actions import Case, Export, Fail, Mend, RunStep, Step
from commands import lay
from declare import yaml
from model import Simulation
from nodes import Disk
from state import Checkout, Mismatch, Options, Seen
from workshop import Workshop
from world import PROGRAM, SIGNALS, Disturbance, Place, Run

FORECASTS = {
    "up-to-date": {"up-to-date"},
    "restore": {"restored"},
    "run": {"succeeded", "failed"},
    "blocked": {"blocked", "cancelled"},
    "satisfied": {"satisfied"},
    "skipped": {"skipped"},
    "failed": {"failed"},
}


class Player(Workshop):
    """Plays the steps of a case one after the other."""

    def play(self) -> None:
        for step in self.case.steps:
            self.log.append(repr(step))
            self.counts["steps"] += 1
            if not isinstance(step, RunStep | Fail | Mend):
                # Only what is the same is not repeated.
                for checkout in self.checkouts:
                    checkout.unfinished = None
            getattr(self, "do_" + type(step).__name__)(step)

    def _targets(self, step: RunStep) -> list[str]:
        count = len(self.spec.tasks)
        names = {self.spec.name(index % count) for index in step.targets}
        return sorted(names) or [self.spec.name(index) for index in range(count)]

    def do_RunStep(self, step: RunStep) -> None:
        place, checkout = self.places[step.checkout], self.checkouts[step.checkout]
        options, words = self._asked(step, checkout)
        passed = options.settings.passed
        forecasts = self._plan(step, words) if step.plans and step.disturbance is None and words[0] == "run" else {}
        disturbance = None
        if step.disturbance is not None:
            name, lines, pause = step.disturbance
            disturbance = Disturbance(SIGNALS[name], lines, pause)
        run = place.run(*words, passed=passed, disturbance=disturbance)
        if any(event["complete"] for event in run.of("resumed")):
            # It was killed when it had just ended.
            return
        ended = how_it_ended(run)
        seen = checks.seen(run, ended)
        self.counts.update(["runs", ended or "undisturbed", *seen.outcomes.values()])
        self.counts["resumed"] += words[0] == "resume"
        self._diagnose(run, seen)
        simulation = Simulation(self.spec, checkout, self.caches[step.checkout], options, seen)
        simulation.follow()
        self._judge(run, seen, options, simulation)
        self._compare(step.checkout, simulation, ended)
        self._compare_forecasts(forecasts, seen)
        checkout.unfinished = unfinished(options, run, seen)

    def _asked(self, step: RunStep, checkout: Checkout) -> tuple[Options, list[str]]:
        """What a run is about, and its command line."""
        last = checkout.unfinished
        if step.resumes and last is not None and has_resume():
            return last, ["resume", "--json"]
        options = Options(
            self._targets(step), self._settings(step), step.jobs, step.keeps_going, step.forces, step.uses_cache
        )
        return options, ["run", *command_line(options)]

    def _diagnose(self, run, seen) -> None:
        if not run.events and seen.disturbance is None and run.status != 130:
            raise Mismatch(f"no events, exit status {run.status}\n{run.errors}")

    def _judge(self, run, seen, options: Options, simulation: Simulation) -> None:
        known = simulation.outcomes.keys()
        if extra := (seen.outcomes.keys() | seen.started) - known:
            raise Mismatch(f"nobody asked for {sorted(extra)}")
        checks.status(run, seen)
        checks.sums(run, seen, simulation)
        checks.order(run, simulation)
        checks.stopping(run, options, simulation)
        checks.limits(run, options, simulation)
        if seen.disturbance is None:
            checks.finds(run, simulation)

    def _compare(self, number: int, simulation: Simulation, ended: str | None) -> None:
        checkout, real = self.checkouts[number], self.places[number].scan()
        disk = checkout.disk
        if ended is not None:
            # What was being made may be there in part; what was there before and what is finished is whole.
            for current in all_nodes(simulation):
                if simulation.outcomes.get(current.name) in ("succeeded", "up-to-date", "restored"):
                    continue
                for path in [path for path in disk.keys() | real.keys() if current.makes(path)]:
                    disk.pop(path, None)
                    if path in real:
                        disk[path] = real[path]
            checkout.control = self.places[number].control()
        if differences := compare(disk, real):
            raise Mismatch("the disk is not what it should be:\n" + "\n".join(differences))

    def _plan(self, step: RunStep, words: list[str]) -> dict[str, str]:
        place = self.places[step.checkout]
        before = place.scan()
        run = place.run("plan", *words[1:], passed=step.passed)
        if compare(before, place.scan()):
            raise Mismatch("plan changed something")
        answer = json.loads((place.home / "out").read_text())
        forecasts = {one["task"]: one["forecast"] for one in answer["tasks"]}
        # What would fail at once is as good as failed.
        if run.status != (1 if "failed" in forecasts.values() else 0):
            raise Mismatch(f"plan exited with {run.status}, forecasts {forecasts}\n{run.errors}")
        return forecasts

    def _compare_forecasts(self, forecasts: dict[str, str], seen) -> None:
        went_wrong = "failed" in seen.outcomes.values()
        for name, forecast in forecasts.items():
            # A task that is blocked before its instances are known ends under its own name.
            outcome = seen.outcomes.get(name, seen.outcomes.get(name.partition("[")[0]))
            allowed = FORECASTS.get(forecast)
            if allowed is None or outcome in allowed or went_wrong and outcome in ("blocked", "cancelled"):
                continue
            raise Mismatch(f"plan said {forecast} of {name}, and it is {outcome}")

    def do_Export(self, step: Export) -> None:
        views = [index for index, task in enumerate(self.spec.tasks) if task.kind == "view"]
        if not views:
            return
        number, index = step.checkout, views[step.task % len(views)]
        place, checkout = self.places[number], self.checkouts[number]
        options = Options([self.spec.name(index)], self._settings(RunStep()))
        target = self.base / "export"
        shutil.rmtree(target, ignore_errors=True)
        run = place.run("export", *command_line(options), str(target))
        self.counts["runs"] += 1
        seen = checks.seen(run, None)
        simulation = Simulation(self.spec, checkout, self.caches[number], options, seen)
        simulation.follow()
        self._compare(number, simulation, None)
        name = self.spec.name(index)
        if run.status == 0:
            current = simulation.nodes[name]
            expected = lay(simulation.view(current), simulation.layers.get(name) or {})
            exported = Place(self.base, 9, None)
            (self.base / "c9").unlink(missing_ok=True)
            (self.base / "c9").symlink_to(target)
            if differences := compare(files(expected), files(exported.scan())):
                raise Mismatch(f"the view of {name} is not what it should be:\n" + "\n".join(differences))


@cache
def has_resume() -> bool:
    """Programs from before it was made are of use to see what they did wrong."""
    return "\n  resume" in subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout


def how_it_ended(run: Run) -> str | None:
    # Ctrl-C before the program could have an eye on it ends it like any other.
    if run.was_disturbed and run.status in (-signal.SIGKILL, -signal.SIGINT):
        return "killed"
    return "interrupted" if run.was_disturbed and run.of("interrupted") else None


def unfinished(options: Options, run: Run, seen: Seen) -> Options | None:
    """What `resume` would continue: certain only if the run came so far that something was started."""
    if options.forces or not options.uses_cache or not run.trace or run.status == 0:
        return None
    return dataclasses.replace(options, continues=options.continues | seen.started)


def files(disk: Disk) -> Disk:
    return {path: entry for path, entry in disk.items() if entry[0] != "d"}


def all_nodes(simulation: Simulation):
    yield from simulation.nodes.values()
    for members in simulation.members.values():
        yield from members


def command_line(options: Options) -> list[str]:
    words = [*options.targets, "--json", "-j", str(options.jobs)]
    words += ["-k"] if options.keeps_going else []
    words += ["--force"] if options.forces else []
    words += [] if options.uses_cache else ["--no-cache"]
    words += ["--var", "w=no"] if options.settings.w == "no" else []
    return words + (["--", options.settings.args] if options.settings.args else [])


def compare(expected: Disk, real: Disk) -> list[str]:
    """Differences as lines. Directories count only where a task made them: the program makes those above as needed."""
    found = []
    for path in sorted(expected.keys() | real.keys()):
        left, right = expected.get(path), real.get(path)
        kinds = {entry[0] for entry in (left, right) if entry is not None}
        if left == right or kinds == {"d"} and (left is None or right is None):
            continue
        found.append(f"  {path}: is {right}, expected {left}")
    return found


def play(case: Case) -> Player:
    with tempfile.TemporaryDirectory(prefix="taskgraph-random-") as name:
        player = Player(case, Path(name))
        try:
            player.play()
        except BaseException as error:
            error.add_note(story(player))
            raise
        finally:
            write_down(player.counts)
        return player


def write_down(counts: Counter) -> None:
    """Adds a line for a case to the file that a soak named."""
    if path := os.environ.get("RANDOM_COUNTS"):
        with open(path, "a") as file:
            file.write(" ".join(f"{name}={count}" for name, count in ({"cases": 1} | counts).items()) + "\n")


def story(player: Player) -> str:
    """What was done until it went wrong, for a person to repeat."""
    commands = [f"in c{place.number}: {text}" for place in player.places for text in place.commands]
    return "\n".join(["tasks.yaml:", yaml(player.spec), "steps:", *player.log, "commands:", *commands])


__all__ = ["Player", "Step", "play", "story"]
