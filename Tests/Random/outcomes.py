"""What pytest says of a run, which of many runs are to come, and what is said of all of them. Pure: runs nothing."""

import re
from dataclasses import dataclass

from bounds import lower_bound, percent, upper_bound

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


def order(before: int, after: int) -> list[str]:
    """Both kinds spread evenly over the time that both take."""
    moments = [
        ((n + 0.5) / count, kind) for kind, count in (("before", before), ("after", after)) for n in range(count)
    ]
    return [kind for _, kind in sorted(moments)]


def remaining(kinds: list[str], done: dict[str, list[Outcome]]) -> list[str]:
    """What of this order is still to come: of each kind the last ones."""
    left = {kind: max(0, kinds.count(kind) - len(runs)) for kind, runs in done.items()}
    return order(left["before"], left["after"])


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
