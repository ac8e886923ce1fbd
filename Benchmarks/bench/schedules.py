"""What a schedule of sleeps takes when nothing but the sleeping costs time. Pure: runs nothing."""

import heapq

from .graph import Graph


def list_schedule(graph: Graph, jobs: int, *, knows_durations: bool) -> float:
    """Seconds of the schedule that always starts the ready task with the heaviest chain behind it, in declared order
    among equals; a task weighs its seconds or, when they are not known, one.

    Without durations no order does better on average: tasks that are alike until they have run can be exchanged.
    """
    seconds = {task.name: float(task.arg) for task in graph.tasks}
    position = {task.name: i for i, task in enumerate(graph.tasks)}
    dependents: dict[str, list[str]] = {task.name: [] for task in graph.tasks}
    for task in graph.tasks:
        for need in task.needs:
            dependents[need].append(task.name)
    weights: dict[str, float] = {}
    for task in reversed(graph.tasks):
        behind = max((weights[name] for name in dependents[task.name]), default=0.0)
        weights[task.name] = behind + (seconds[task.name] if knows_durations else 1)
    waiting = {task.name: len(task.needs) for task in graph.tasks}
    ready = [(-weights[task.name], position[task.name], task.name) for task in graph.tasks if not task.needs]
    heapq.heapify(ready)
    running: list[tuple[float, str]] = []
    now = 0.0
    while ready or running:
        while ready and len(running) < jobs:
            name = heapq.heappop(ready)[2]
            heapq.heappush(running, (now + seconds[name], name))
        now, ended = heapq.heappop(running)
        for name in dependents[ended]:
            waiting[name] -= 1
            if not waiting[name]:
                heapq.heappush(ready, (-weights[name], position[name], name))
    return now
