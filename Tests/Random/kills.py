"""The kill soak: a layered graph, or the plan on the example, killed again and again, must end as if nothing had been.

    kills [--kills N] [--points N] [--tasks N] [--seed S]     random moments, and every Nth injected crash point
    kills --every [--tasks N]                                 one build, killed change by change
    kills --phase1 [--kills N] [--per-build N]                the plan on a clean clone of this repository

One line a build: how often it was killed, where, what was repeated; then the sum."""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import layered
import leftovers
from world import MARK, PATIENCE, PROGRAM, REPOSITORY, events, processes


@dataclass
class Subject:
    """What is built: a directory, targets, and where the results are."""

    root: Path
    home: Path
    targets: list[str]
    results: list[Path]
    environment: dict[str, str] = field(default_factory=dict)
    # Whether tasks write their names into $HOME/trace; else the events of the runs tell what ran.
    has_trace: bool = True

    @property
    def state(self) -> Path:
        return self.root / ".taskgraph"

    def variables(self) -> dict[str, str]:
        own = {"HOME": str(self.home), "TMPDIR": str(self.temporary), MARK: str(self.home), "CI": "1"}
        return {"PATH": os.environ["PATH"], **own, **self.environment}

    @property
    def temporary(self) -> Path:
        return self.home / "tmp"

    def start(self, words: list[str], **environment: str) -> subprocess.Popen:
        return subprocess.Popen(
            [PROGRAM, *words, *([] if self.has_trace else ["--json"])],
            cwd=self.root,
            env=self.variables() | environment,
            stdin=subprocess.DEVNULL,
            stdout=open(self.home / "out", "a"),
            stderr=subprocess.STDOUT,
        )

    def clean(self) -> None:
        for path in [self.state, self.temporary, *self.results]:
            shutil.rmtree(path, ignore_errors=True)
        self.temporary.mkdir()
        for name in ("trace", "out"):
            (self.home / name).write_text("")

    def facts(self) -> dict:
        """What must be equal to an undisturbed run."""
        return {
            "outputs": {str(path.relative_to(self.root)): leftovers.digest(path) for path in self.results},
            "layers": leftovers.layers(self.state / "cache"),
            "names": leftovers.names(self.state),
            # What a command that was killed left there of its own is not for us to take away.
            "temporary files": {path.name for path in self.temporary.glob("*taskgraph*")},
        }

    def kept(self) -> int:
        """Grows with what is in the store: records and layers."""
        segments = (self.state / "cache/segments").glob("*")
        return sum(path.stat().st_size for path in segments) + sum(1 for _ in (self.state / "cache/layers").glob("*"))

    def ran(self) -> list[str]:
        """The tasks that were started, as often as they were."""
        if self.has_trace:
            return (self.home / "trace").read_text().split()
        return [event["task"] for event in self.events() if event["event"] == "started"]

    def events(self) -> list[dict]:
        return events((self.home / "out").read_text())

    def started_again(self) -> set[str]:
        """Tasks that were started although an earlier run had said that they succeeded."""
        succeeded, again = set(), set()
        for event in self.events():
            if event["event"] == "started" and event["task"] in succeeded:
                again.add(event["task"])
            elif event["event"] == "finished" and event["outcome"] == "succeeded":
                succeeded.add(event["task"])
        return again

    def wait_for_processes(self) -> float:
        """Seconds until no process of a run was left."""
        began = time.monotonic()
        while left := processes(f"{MARK}={self.home}"):
            if time.monotonic() - began > PATIENCE:
                raise SystemExit(f"processes are left: {left}")
            time.sleep(0.01)
        return time.monotonic() - began


class Soak:
    def __init__(self, subject: Subject, choose: random.Random):
        self.subject, self.choose = subject, choose
        self.mistakes: list[str] = []
        self.kills = self.builds = self.repeated = 0
        self.slowest_end = 0.0
        listed = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout
        self.has_resume = "\n  resume" in listed
        subject.clean()
        began = time.monotonic()
        counted = subject.home / "changes"
        first = subject.start(subject.targets, TASKGRAPH_CRASH_COUNT=str(counted))
        self.must(first.wait() == 0, "the undisturbed run failed")
        self.length = time.monotonic() - began
        subject.start(subject.targets).wait()
        self.expected = subject.facts()
        self.tasks = len(subject.ran())
        self.changes = len(counted.read_text().split()) if counted.exists() else 0

    def must(self, holds: bool, what: str) -> None:
        if not holds:
            self.mistakes.append(what)
            print(f"  MISTAKE: {what}", flush=True)

    def words(self) -> list[str]:
        """A run that was killed before it had a journal is not resumed: nothing knows of it."""
        has_journal = any((self.subject.state / "runs").glob("*"))
        return ["resume"] if self.has_resume and has_journal else self.subject.targets

    def kill(self, child: subprocess.Popen, after: float) -> bool:
        """Kills the program, half of the time with all processes of its own at once. False if it had ended."""
        try:
            child.wait(timeout=after)
            return False
        except subprocess.TimeoutExpired:
            victims = [child.pid]
            if self.choose.random() < 0.5:
                victims += own_processes(self.subject)
            for pid in victims:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            child.wait()
            return True

    def build_with_kills(self, most: int) -> None:
        """One build from nothing, killed at random moments: over its length, or in quick succession."""
        self.subject.clean()
        is_quick = self.length < 60 and self.choose.random() < 0.3
        # So many runs, each as long as this on average, are just short of one that is not disturbed.
        longest = 0.2 if is_quick else 2 * self.length / (most + 1)
        moments = []
        for _ in range(most):
            after = self.choose.uniform(0, longest)
            if not self.kill(self.subject.start(self.words()), after):
                break
            moments.append(after)
            self.slowest_end = max(self.slowest_end, self.subject.wait_for_processes())
            self.check_unlocked()
        self.finish(moments, "quick" if is_quick else "spread")

    def build_with_crashes(self, step: int) -> None:
        """One build from nothing in which every run ends at its `step`th change of the disk."""
        self.subject.clean()
        points = []
        while True:
            child = self.subject.start(self.words(), TASKGRAPH_CRASH_AT=str(step))
            if child.wait() != -signal.SIGKILL:
                break
            points.append(step)
            self.subject.wait_for_processes()
            # Each run does some things before the first task; a step below that would go on for ever.
            step += 1
        self.finish(points, "crash points")

    def build_with_every_crash(self) -> None:
        """One build from nothing in which every run gets on by a task at most: a run that kept nothing new is followed
        by one that makes one change more, so that what a task changes is crashed at change by change."""
        self.subject.clean()
        points, step, kept, started = [], 1, 0, 0
        while True:
            # One task at a time: of two that end together one would be skipped.
            child = self.subject.start([*self.words(), "-j1"], TASKGRAPH_CRASH_AT=str(step))
            if child.wait() != -signal.SIGKILL:
                break
            points.append(step)
            self.slowest_end = max(self.slowest_end, self.subject.wait_for_processes())
            self.check_unlocked()
            before, kept = (kept, started), self.subject.kept()
            started = len(set(self.subject.ran()))
            if kept == before[0]:
                step += 1
            else:
                # A small task makes two or three changes. How far back is chance: each of them is to be the last.
                step = max(1, step - self.choose.randint(1, 3) - 2 * max(0, started - before[1] - 1))
            if len(points) % 500 == 0:
                print(f"  {len(points)} points, {started} of {self.tasks} tasks ran", flush=True)
        self.finish(points, "every change")

    def check_unlocked(self) -> None:
        self.must(not leftovers.is_locked(self.subject.state), "the lock is held after the kill")
        self.must(not leftovers.mounts(self.subject.root.parent), "a mount is left after the kill")

    def finish(self, moments: list, how: str) -> None:
        subject = self.subject
        before = len(self.mistakes)
        words = self.words()
        status = subject.start(words).wait()
        # A run that had ended just before its kill leaves nothing to resume.
        self.must(status == 0, f"{words[0]} exited with {status}: {self.said()}")
        status = subject.start(subject.targets).wait()
        self.must(status == 0, f"the last run exited with {status}: {self.said()}")
        ran = len(subject.ran())
        self.must(ran >= self.tasks, f"only {ran} of {self.tasks} ran")
        status = subject.start(subject.targets).wait()
        self.must(status == 0 and len(subject.ran()) == ran, "a run after the last one ran something")
        again = [] if subject.has_trace else sorted(subject.started_again())
        self.must(not again, f"ran again after they had succeeded: {' '.join(again)}")
        subject.wait_for_processes()
        self.check_unlocked()
        facts = subject.facts()
        for name, expected in self.expected.items():
            if facts[name] != expected:
                self.must(False, f"{name} differ: {difference(facts[name], expected)}")
        self.kills += len(moments)
        self.builds += 1
        self.repeated += ran - self.tasks
        shown = " ".join(f"{moment:.2f}" if isinstance(moment, float) else str(moment) for moment in moments[:12])
        verdict = "ok" if len(self.mistakes) == before else "NOT OK"
        print(
            f"build {self.builds}: {verdict}, {len(moments)} kills ({how}: {shown}), {ran - self.tasks} repeated",
            flush=True,
        )

    def said(self) -> str:
        return (self.subject.home / "out").read_text()[-600:]


def difference(left, right) -> str:
    if isinstance(left, dict):
        keys = [key for key in left.keys() | right.keys() if left.get(key) != right.get(key)]
        return ", ".join(sorted(keys)[:5])
    return f"more {sorted(left - right)[:5]}, less {sorted(right - left)[:5]}"


def own_processes(subject: Subject) -> list[int]:
    """Processes of the program itself, such as one that watches over its tasks."""
    found = []
    for name in os.listdir("/proc"):
        try:
            if not name.isdigit() or os.readlink(f"/proc/{name}/exe") != str(PROGRAM):
                continue
            if f"{MARK}={subject.home}".encode() in Path(f"/proc/{name}/environ").read_bytes():
                found.append(int(name))
        except OSError:
            continue
    return found


def layered_subject(base: Path, tasks: int, views: int) -> Subject:
    root, home = base / "project", base / "home"
    home.mkdir()
    layered.write(root, tasks, views)
    return Subject(
        root, home, [*(f"t{number}" for number in range(tasks)), *(f"v{n}" for n in range(views))], [root / "out"]
    )


def phase1_subject(base: Path) -> Subject:
    """A clean clone; the tools' caches are the caller's, so that the network is asked once."""
    root, home = base / "clone", base / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(root)], check=True)
    keep = {name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_", "SSL_", "XDG_"))}
    keep |= {"UV_CACHE_DIR": str(base / "uv"), "PIP_CACHE_DIR": str(base / "pip")}
    return Subject(root, home, ["phase1"], [root / "Phases/.venv"], keep, has_trace=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=None, help="random kills in all (default: 200, Phase 1: 20)")
    parser.add_argument(
        "--points", type=int, default=None, help="injected crash points in all (default: 200, Phase 1: 0)"
    )
    parser.add_argument("--every", action="store_true", help="one build, killed change by change")
    parser.add_argument("--per-build", type=int, default=None, help="kills a build (default: 1 to 25, Phase 1: 5)")
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--views", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--phase1", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    if options.kills is None:
        options.kills = 20 if options.phase1 else 0 if options.every else 200
    if options.points is None:
        options.points = 0 if options.phase1 or options.every else 200
    if options.per_build is None and options.phase1:
        options.per_build = 5
    with tempfile.TemporaryDirectory(prefix="taskgraph-kills-") as name:
        base = Path(name)
        subject = phase1_subject(base) if options.phase1 else layered_subject(base, options.tasks, options.views)
        return soak(subject, options, seed)


def soak(subject: Subject, options: argparse.Namespace, seed: int) -> int:
    began = time.monotonic()
    choose = random.Random(seed)
    run = Soak(subject, choose)
    print(
        f"seed {seed}: {run.tasks} tasks, undisturbed {run.length:.1f} s and {run.changes} changes of the disk, "
        f"resume: {run.has_resume}",
        flush=True,
    )
    while run.kills < options.kills:
        run.build_with_kills(min(options.per_build or choose.randint(1, 25), options.kills - run.kills))
    random_kills, crashes = run.kills, 0
    if options.every:
        run.build_with_every_crash()
        crashes = run.kills - random_kills
    while crashes < options.points:
        before = run.kills
        run.build_with_crashes(choose.randint(20, 400))
        if run.kills == before:
            print("this program has no crash points", flush=True)
            break
        crashes += run.kills - before
    seconds = time.monotonic() - began
    print(
        f"{run.builds} builds, {random_kills} random kills, {crashes} crash points, {run.repeated} tasks repeated, "
        f"processes gone within {run.slowest_end:.2f} s, {len(run.mistakes)} mistakes, {seconds:.0f} s, seed {seed}"
    )
    return 1 if run.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
