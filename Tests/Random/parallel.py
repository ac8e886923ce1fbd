"""How often the example's integration tests fail when they run in parallel: before the plan and after it.

    parallel [--before N] [--after N] [--logs DIR] [--continue]

Before: the example as it is, every test on one private PostgreSQL and Redis, `-n auto` and its own configuration. After:
`taskgraph phase2/2a phase3`, then its task `phase3/parallel` again and again: `-n auto --dist=worksteal` from the migrated
configuration, a PostgreSQL and a Redis of its own for every module. Both alternate, so that they meet the same machine.

One line a run, with the log of each that failed; then both counts, with exact bounds. What was interrupted goes on with
`--continue`, unless the example, the plan or the plugin is another meanwhile. Exit status 1: one of the runs after the
plan failed, or ran fewer tests than there are."""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from outcomes import Outcome, Unusable, order, outcome, remaining, summary, too_few
from world import PROGRAM, REPOSITORY

EXAMPLE = REPOSITORY / "Examples/home-security"
TESTS = "backend/tests/integration"
TARGET = "phase3/parallel"
SUBJECT = ["Examples/home-security", "Phases", "Integrations/pytest-taskgraph", "tasks.yaml"]
# Tests have a limit of 30 s each; a run that takes this long hangs.
HANGS = 900


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


class Ledger:
    """The runs that were done, on disk, so that what was interrupted can go on."""

    def __init__(self, file: Path, *, goes_on: bool):
        self.file, self.subject = file, subject()
        self.done: dict[str, list[Outcome]] = {"before": [], "after": []}
        if not goes_on:
            file.unlink(missing_ok=True)
        for line in file.read_text().splitlines() if file.exists() else []:
            record = json.loads(line)
            if record["subject"] != self.subject:
                raise Unusable("the example, the plan, the plugin or taskgraph is another now; begin anew")
            self.done[record["kind"]].append(Outcome(**record["outcome"], log=""))

    def add(self, kind: str, result: Outcome) -> None:
        self.done[kind].append(result)
        shown = asdict(result)
        del shown["log"]
        with self.file.open("a") as file:
            file.write(json.dumps({"subject": self.subject, "kind": kind, "outcome": shown}) + "\n")


def subject() -> str:
    """The digest of all that is tried: runs of something else are not counted together."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SUBJECT]
    names = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.split("\0")
    sha = hashlib.sha256(PROGRAM.read_bytes())
    for name in sorted(name for name in names if (REPOSITORY / name).is_file()):
        sha.update(f"\0{name}\0".encode() + (REPOSITORY / name).read_bytes())
    return sha.hexdigest()


def carry_out(kinds: list[str], ledger: Ledger, logs: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="taskgraph-parallel-") as name:
        # Made when first needed: either kind alone needs the other's environment not.
        makers = {"before": lambda: Before(Path(name)), "after": After}
        runners: dict[str, Before | After] = {}
        for kind in remaining(kinds, ledger.done):
            runners[kind] = runners.get(kind) or makers[kind]()
            number = len(ledger.done[kind]) + 1
            result = runners[kind].run(number)
            ledger.add(kind, result)
            kept = ""
            if not result.is_good:
                log = logs / f"{kind}-{number}.log"
                log.write_text(result.log)
                kept = f", {log}"
            print(f"{kind} {number} of {kinds.count(kind)}: {result.line()}{kept}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=int, default=20, metavar="N", help="runs of the example as it is (20)")
    parser.add_argument("--after", type=int, default=60, metavar="N", help="runs after the plan (60)")
    parser.add_argument("--logs", type=Path, default=REPOSITORY / ".build-soak/parallel", metavar="DIR")
    parser.add_argument("--continue", action="store_true", dest="goes_on", help="count the runs of last time, too")
    options = parser.parse_args()
    options.logs.mkdir(parents=True, exist_ok=True)
    mistakes = []
    began = time.monotonic()
    try:
        ledger = Ledger(options.logs / "runs.jsonl", goes_on=options.goes_on)
    except Unusable as error:
        parser.error(str(error))
    try:
        carry_out(order(options.before, options.after), ledger, options.logs)
    except (Unusable, subprocess.CalledProcessError) as error:
        mistakes.append(str(error))
    except KeyboardInterrupt:
        mistakes.append("interrupted; these are the runs until then, and --continue goes on")
    print(f"{summary(**ledger.done)}\n{time.monotonic() - began:.0f} s")
    mistakes += too_few(ledger.done)
    for line in mistakes:
        print(f"error: {line}", file=sys.stderr)
    return 1 if mistakes or not all(run.is_good for run in ledger.done["after"]) else 0


if __name__ == "__main__":
    sys.exit(main())
