"""The whole plan on a clean clone: killed with KILL once in each phase, resumed each time, then run again.

    pipeline [--at PREFIX…] [--root DIR]

A run is killed when a task of the phase has been running for a moment; `resume` goes on, until nothing is left. Nothing that
succeeded may run again, no process, mount or lock may be left, and a last run may execute nothing. Prints the table."""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import leftovers
from world import MARK, PROGRAM, REPOSITORY, processes

PHASES = ["baseline/", "phase1/", "phase2/", "phase3/", "phase4/"]


class Plan:
    def __init__(self, root: Path, home: Path, target: str):
        self.root, self.home, self.target = root, home, target
        self.succeeded: set[str] = set()
        self.mistakes: list[str] = []

    def start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [PROGRAM, *words, "--json"],
            cwd=self.root,
            env={**os.environ, MARK: str(self.home), "CI": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def follow(self, child: subprocess.Popen, kill_at: str | None) -> tuple[str | None, list[dict]]:
        """The events of a run; the task in which it was killed, if it was."""
        killed, events = None, []
        for line in child.stdout:
            event = json.loads(line) if line.startswith("{") else {}
            events.append(event)
            name = event.get("task", "")
            if event.get("event") == "started" and name in self.succeeded:
                self.mistake(f"{name} ran again after it had succeeded")
            if event.get("event") == "finished" and event["outcome"] == "succeeded":
                self.succeeded.add(name)
            if kill_at and not killed and event.get("event") == "started" and name.startswith(kill_at):
                # Somewhere in it; most of its tasks take seconds.
                time.sleep(random.uniform(0.05, 1.5))
                killed = name
                os.kill(child.pid, signal.SIGKILL)
        child.wait()
        return killed, events

    def mistake(self, what: str) -> None:
        self.mistakes.append(what)
        print(f"  MISTAKE: {what}", flush=True)

    def check_clean(self) -> None:
        began = time.monotonic()
        while left := processes(f"{MARK}={self.home}"):
            if time.monotonic() - began > 60:
                return self.mistake(f"processes are left: {left}")
            time.sleep(0.05)
        if leftovers.is_locked(self.root / ".taskgraph"):
            self.mistake("the lock is held")
        if leftovers.mounts(self.root):
            self.mistake("a mount is left")

    def go(self, phases: list[str]) -> None:
        words = ["run", self.target]
        for phase in phases:
            began = time.monotonic()
            killed, _ = self.follow(self.start(*words), phase)
            self.check_clean()
            if killed is None:
                self.mistake(f"{phase}: no task of it was left to be killed")
                continue
            seconds = time.monotonic() - began
            print(
                f"{phase}: killed in {killed} after {seconds:.0f} s, {len(self.succeeded)} done until then", flush=True
            )
            words = ["resume"]
        child = self.start(*words)
        _, events = self.follow(child, None)
        self.check_clean()
        if child.returncode:
            self.mistake(f"the run that was to come to its end has exit status {child.returncode}")
        print(f"to the end: exit status {child.returncode}, {len(self.succeeded)} tasks ran in all", flush=True)
        for event in events:
            for row in event.get("rows", []) if event.get("event") == "tabulated" else []:
                verdict = row.get("verdict", "")
                print(
                    f"  {row['title']:<44} {row['beforeText']:>10} {row['afterText']:>24} {row['target']:>30} {verdict}"
                )
        began = time.monotonic()
        child = self.start("run", self.target)
        _, events = self.follow(child, None)
        ran = [event["task"] for event in events if event.get("event") == "started"]
        print(
            f"warm: exit status {child.returncode}, {len(ran)} executed, {time.monotonic() - began:.1f} s", flush=True
        )
        if child.returncode:
            self.mistake(f"the warm run has exit status {child.returncode}")
        if ran:
            self.mistake(f"the warm run executed {' '.join(ran)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at", nargs="*", default=PHASES, help="where to kill: beginnings of names of tasks, in order")
    parser.add_argument("--target", default="pipeline")
    parser.add_argument("--root", type=Path, help="a clone to use and to keep (default: a new one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="taskgraph-pipeline-") as name:
        root = options.root or Path(name) / "clone"
        if not root.exists():
            subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(root)], check=True)
        plan = Plan(root.resolve(), Path(name), options.target)
        plan.go(options.at)
    print(f"{len(options.at)} kills wanted, {len(plan.mistakes)} mistakes")
    return 1 if plan.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
