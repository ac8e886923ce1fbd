"""What must hold of every run whatever its tasks make: order, pools, locks, slots, the sums at the end."""

from collections import Counter

from model import Simulation
from state import DONE, Mismatch, Options, Seen
from world import Run

COUNTS = {
    "up-to-date": "upToDate",
    "restored": "restored",
    "satisfied": "satisfied",
    "succeeded": "succeeded",
    "failed": "failed",
    "skipped": "skipped",
    "blocked": "blocked",
    "cancelled": "cancelled",
}


def seen(run: Run, disturbance: str | None) -> Seen:
    finished = run.of("finished")
    names = Counter(event["task"] for event in finished)
    if twice := [name for name, count in names.items() if count > 1]:
        raise Mismatch(f"finished twice: {twice}")
    started = {line.split(" ", 1)[1] for line in run.trace if line.startswith("start ")}
    return Seen(
        {event["task"]: event["outcome"] for event in finished},
        {event["task"]: event["attempts"] for event in finished if "attempts" in event},
        started | {event["task"] for event in run.of("started")},
        disturbance,
    )


def status(run: Run, seen: Seen) -> None:
    if seen.disturbance == "killed":
        return
    expected = 0 if set(seen.outcomes.values()) <= DONE else 1
    if seen.disturbance == "interrupted":
        expected = 130
    if run.status != expected:
        raise Mismatch(f"exit status {run.status}, expected {expected}\n{run.errors}")


def sums(run: Run, seen: Seen, simulation: Simulation) -> None:
    """The last line counts what was finished; what a task's attempts were, its trace shows."""
    if seen.disturbance == "killed":
        return
    [last] = run.of("run-finished")
    counted = Counter(
        outcome
        for name, outcome in seen.outcomes.items()
        # Something that is multiplied is counted by its instances, unless it ended without them.
        if not (simulation.members.get(name) and outcome in DONE)
    )
    for outcome, member in COUNTS.items():
        if last[member] != counted[outcome]:
            raise Mismatch(f"run-finished says {member} {last[member]}, but {counted[outcome]} were")
    started = Counter(event["task"] for event in run.of("started"))
    traced = Counter(line.split(" ", 1)[1] for line in run.trace if line.startswith("start "))
    if seen.disturbance is None and started != traced:
        raise Mismatch(f"started events {started} are not what ran: {traced}")
    for name, outcome in seen.outcomes.items():
        if seen.disturbance is None and outcome in ("cancelled", "blocked", "skipped") and traced[name]:
            raise Mismatch(f"{name} is {outcome}, but ran")


def finds(run: Run, simulation: Simulation) -> None:
    """Old outputs are gone when a command starts, unless the task keeps them."""
    found = Counter(line.split(" ", 1)[1] for line in run.trace if line.startswith("found "))
    if found != Counter(simulation.finds):
        raise Mismatch(f"old outputs were found by {dict(found)}, expected {simulation.finds}")


def order(run: Run, simulation: Simulation) -> None:
    """What a task needs has finished before the task is decided about."""
    finished: dict[str, int] = {}
    decided: dict[str, int] = {}
    for position, event in enumerate(run.events):
        if event["event"] == "finished":
            finished[event["task"]] = position
        elif event["event"] in ("decided", "started", "expanded"):
            decided.setdefault(event["task"], position)
    needs = {name: node.edges for name, node in simulation.nodes.items()}
    needs |= {one.name: one.edges for members in simulation.members.values() for one in members}
    for name, edges in needs.items():
        for edge in edges if name in decided else []:
            is_wanted = edge.node in simulation.outcomes
            if is_wanted and finished.get(edge.node, len(run.events)) > decided[name]:
                raise Mismatch(f"{name} was begun before {edge.node} had finished, which is a {edge.kind} need")


def stopping(run: Run, options: Options, simulation: Simulation) -> None:
    """After a failure nothing new is started, unless asked to keep going or for what runs always."""
    always = {name for name, node in simulation.nodes.items() if node.task.always}
    always |= {one.name for name in always for one in simulation.members.get(name, [])}
    is_stopping = False
    # What had its resources already may be on its way to its start when another task fails.
    decided = set()
    for event in run.events:
        if event["event"] == "finished" and event["outcome"] == "failed" and not options.keeps_going:
            is_stopping = True
        if event["event"] == "decided" and not is_stopping:
            decided.add(event["task"])
        if is_stopping and event["event"] == "started" and event["task"] not in always | decided:
            raise Mismatch(f"{event['task']} was started after a failure")


def limits(run: Run, options: Options, simulation: Simulation) -> None:
    """At no moment of the trace do tasks together exceed a pool, a lock or the job slots."""
    spec = simulation.spec
    indices = {name: node.index for name, node in simulation.nodes.items()}
    indices |= {one.name: one.index for members in simulation.members.values() for one in members}
    running: set[str] = set()
    for line in run.trace:
        word, name = line.split(" ", 1)
        if word == "end":
            running.discard(name)
        if word != "start":
            continue
        running.add(name)
        tasks = [spec.tasks[indices[one]] for one in running]
        pools = Counter(pool for task in tasks if (pool := task.pool or _of_group(spec, task, "pool")))
        locks = Counter(lock for task in tasks for lock in {task.lock, _of_group(spec, task, "lock")} - {None})
        if over := [pool for pool, count in pools.items() if count > spec.pools[pool]]:
            raise Mismatch(f"pool {over} holds {running}")
        if twice := [lock for lock, count in locks.items() if count > 1]:
            raise Mismatch(f"lock {twice} is held by {running}")
        if sum(min(task.cpus, options.jobs) for task in tasks) > options.jobs:
            raise Mismatch(f"{running} take more than {options.jobs} slots")


def _of_group(spec, task, member: str) -> str | None:
    return None if task.group is None else getattr(spec.groups[task.group], member)
