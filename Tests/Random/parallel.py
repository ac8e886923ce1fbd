"""How often the example's integration tests fail when they run in parallel: before the plan and after it.

    parallel [--before N] [--after N] [--logs DIR]

Before: the example as it is, every test on one private PostgreSQL and Redis, `-n auto` and its own configuration. After:
`taskgraph phase2/2a phase3`, then its task `phase3/parallel` again and again: `-n auto --dist=worksteal` from the migrated
configuration, a PostgreSQL and a Redis of its own for every module. Both alternate, so that they meet the same machine.

One line a run, with the log of each that failed; then both counts, with exact bounds. Exit status 1: one of the runs
after the plan failed, or ran fewer tests than there are."""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bounds import lower_bound, percent, upper_bound
from world import PROGRAM, REPOSITORY

EXAMPLE = REPOSITORY / "Examples/home-security"
TESTS = "backend/tests/integration"
TARGET = "phase3/parallel"
# Tests have a limit of 30 s each; a run that takes this long hangs.
HANGS = 900
# pytest's last line, in its frame: = 3 failed, 69 passed, 1 error in 12.31s =
SUMMARY = re.compile(r"^(?:=+ )?(\d+ [a-z]+.* in [\d.]+s)\b", re.MULTILINE)
COUNTS = re.compile(r"(\d+) (failed|passed|error|skipped|xfailed)")
# What xdist says when all is collected: 2 workers [72 items]
ITEMS = re.compile(r"workers? \[(\d+) items?\]")


class Unusable(Exception):
    """A run that says nothing about the tests: they could not be started."""


@dataclass
class Outcome:
    """What came of one run."""

    # Tests that were collected, that passed, that did not count (skipped), failures with errors. A test may have both.
    items: int
    passed: int
    skipped: int
    failed: int
    hung: bool
    seconds: float
    log: str

    @property
    def is_good(self) -> bool:
        return not self.hung and self.failed == 0 and self.passed > 0

    def line(self) -> str:
        what = "hung" if self.hung else f"{self.failed} failed, {self.passed} passed"
        return f"{what}, {self.seconds:.1f} s"


def outcome(log: str, seconds: float, hung: bool = False) -> Outcome:
    """Of pytest's output. Raises Unusable when it says no counts, unless the run hung."""
    summaries, items = SUMMARY.findall(log), ITEMS.findall(log)
    if not (summaries and items) and not hung:
        raise Unusable(f"pytest said no counts; the end of what it said:\n{log[-3000:]}")
    found = {what: int(count) for count, what in COUNTS.findall(summaries[-1] if summaries else "")}
    return Outcome(
        items=int(items[-1]) if items else 0,
        passed=found.get("passed", 0),
        skipped=found.get("skipped", 0) + found.get("xfailed", 0),
        failed=found.get("failed", 0) + found.get("error", 0),
        hung=hung,
        seconds=seconds,
        log=log,
    )


def watched(command: list[str], directory: Path, **variables: str) -> tuple[int | None, str, float]:
    """Status (None: it hung and was ended), output, seconds."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(
            command,
            cwd=directory,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = child.wait(HANGS)
        except BaseException as error:
            # Both the script and taskgraph clear up after themselves when they are told to end.
            os.killpg(child.pid, signal.SIGTERM)
            child.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            status = None
        output.seek(0)
        return status, output.read(), time.monotonic() - began


class Before:
    """The example as it is."""

    def __init__(self, base: Path):
        self.root = base / "before"
        shutil.copytree(EXAMPLE, self.root, ignore=shutil.ignore_patterns(".venv", "__pycache__", "reports"))
        self.environment = REPOSITORY / ".build-soak/before-venv"
        if not (self.environment / "bin/pytest").exists():
            shutil.rmtree(self.environment, ignore_errors=True)
            self.environment.parent.mkdir(exist_ok=True)
            subprocess.run(["scripts/setup-venv.sh", str(self.environment)], cwd=self.root, check=True)

    def run(self, number: int) -> Outcome:
        command = ["scripts/run-tests.sh", TESTS, "-n", "auto", "-p", "no:cacheprovider"]
        status, log, seconds = watched(command, self.root, VENV=str(self.environment))
        if status not in (0, 1, None):
            raise Unusable(f"{' '.join(command)} ended with {status}:\n{log[-3000:]}")
        return outcome(log, seconds, hung=status is None)


class After:
    """The plan's own task, in its view, on services that it leases."""

    def __init__(self):
        subprocess.run([PROGRAM, "phase2/2a", "phase3"], cwd=REPOSITORY, check=True, stdin=subprocess.DEVNULL)
        # Another command is another key: the task runs again, and nothing that it needs does.
        self.token = f"soak-{time.time_ns()}"

    def run(self, number: int) -> Outcome:
        tests = f"integration={TESTS} -o junit_suite_name={self.token}-{number}"
        status, said, seconds = watched([str(PROGRAM), "--json", "--var", tests, TARGET], REPOSITORY)
        events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        log = "".join(event.get("text", "") for event in events if event["event"] == "output")
        ended = [event for event in events if event["event"] == "finished" and event["task"] == TARGET]
        ran = [event for event in events if event["event"] == "started"]
        if status is not None and (not ended or {event["task"] for event in ran} != {TARGET}):
            raise Unusable(f"taskgraph ended with {status} and did not run {TARGET} alone:\n{said[-3000:]}")
        result = outcome(log, seconds, hung=status is None)
        # What pytest calls good and taskgraph does not is a failure, too.
        if result.is_good and ended[0]["outcome"] != "succeeded":
            result.failed += 1
        return result


def order(before: int, after: int) -> list[str]:
    """Both kinds spread evenly over the time that both take."""
    moments = [
        ((n + 0.5) / count, kind) for kind, count in (("before", before), ("after", after)) for n in range(count)
    ]
    return [kind for _, kind in sorted(moments)]


def carry_out(
    kinds: list[str], runners: dict[str, Callable[[int], Outcome]], logs: Path, done: dict[str, list[Outcome]]
) -> None:
    for kind in kinds:
        number = len(done[kind]) + 1
        result = runners[kind](number)
        done[kind].append(result)
        kept = ""
        if not result.is_good:
            log = logs / f"{kind}-{number}.log"
            log.write_text(result.log)
            kept = f", {log}"
        print(f"{kind} {number} of {kinds.count(kind)}: {result.line()}{kept}", flush=True)


def summary(before: list[Outcome], after: list[Outcome]) -> str:
    """Both counts with their bounds, on lines of their own."""
    lines = []
    if before:
        bad, runs = sum(not run.is_good for run in before), len(before)
        hung = sum(run.hung for run in before)
        lines.append(
            f"before, in parallel: {bad} of {runs} runs failed ({hung} hung); "
            f"at least {percent(lower_bound(bad, runs), up=False)} of runs do"
        )
    if after:
        bad, runs = sum(not run.is_good for run in after), len(after)
        lines.append(
            f"after 2A and 3, -n auto --dist=worksteal: {bad} of {runs} runs failed; "
            f"at most {percent(upper_bound(bad, runs), up=True)} of runs do"
        )
    return "\n".join([*lines, "(exact bounds, each one-sided at 95 %: Clopper–Pearson)"])


def too_few(done: dict[str, list[Outcome]]) -> list[str]:
    """Runs after the plan that were good because they left tests out."""
    there_are = max((run.items for runs in done.values() for run in runs), default=0)
    return [
        f"after {number}: {run.passed} tests passed and {run.skipped} were skipped, there are {there_are}"
        for number, run in enumerate(done["after"], 1)
        if run.is_good and run.passed + run.skipped < there_are
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=int, default=20, metavar="N", help="runs of the example as it is (20)")
    parser.add_argument("--after", type=int, default=60, metavar="N", help="runs after the plan (60)")
    parser.add_argument("--logs", type=Path, default=REPOSITORY / ".build-soak/parallel", metavar="DIR")
    options = parser.parse_args()
    options.logs.mkdir(parents=True, exist_ok=True)
    kinds = order(options.before, options.after)
    done: dict[str, list[Outcome]] = {"before": [], "after": []}
    mistakes = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="taskgraph-parallel-") as name:
        try:
            runners = {"before": Before(Path(name)).run if options.before else None}
            runners["after"] = After().run if options.after else None
            carry_out(kinds, runners, options.logs, done)
        except (Unusable, subprocess.CalledProcessError) as error:
            mistakes.append(str(error))
        except KeyboardInterrupt:
            mistakes.append("interrupted; these are the runs until then")
    print(f"{summary(done['before'], done['after'])}\n{time.monotonic() - began:.0f} s in all")
    mistakes += too_few(done)
    for line in mistakes:
        print(f"error: {line}", file=sys.stderr)
    return 1 if mistakes or not all(run.is_good for run in done["after"]) else 0


if __name__ == "__main__":
    sys.exit(main())
