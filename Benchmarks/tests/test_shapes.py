"""The graphs have the edges, sizes and bounds that the tables are about."""

from itertools import pairwise

import pytest

from bench import shapes
from bench.graph import Graph


def test_tiny_tasks_are_independent_and_have_outputs_of_their_own():
    graph = shapes.tiny(1_000)
    assert len({task.output for task in graph.tasks}) == 1_000
    assert all(task.inputs == () and task.needs == () for task in graph.tasks)
    assert graph.command(graph.tasks[7]) == "echo v7 >out/0/7"


@pytest.mark.parametrize("count", [60, 1_000, 1_010])
def test_layered_tasks_read_three_sources_and_three_outputs_of_the_layer_before(count: int):
    graph = shapes.layered(count, layers=20)
    width = -(-count // 20)
    layer = {task.output: index // width for index, task in enumerate(graph.tasks)}
    for index, task in enumerate(graph.tasks):
        sources = [path for path in task.inputs if path.startswith("src/")]
        made = [path for path in task.inputs if path.startswith("out/")]
        assert len(set(sources)) == 3
        assert len(set(made)) == (3 if index >= width else 0)
        assert {layer[path] for path in made} <= {layer[task.output] - 1}
        assert [graph.tasks[int(name[1:])].output for name in task.needs] == made


def test_layered_has_300_000_edges_to_sources_at_100_000_tasks():
    graph = shapes.layered(100_000)
    assert sum(path.startswith("src/") for task in graph.tasks for path in task.inputs) == 300_000
    assert sum(len(task.needs) for task in graph.tasks) == 3 * (100_000 - 5_000)


@pytest.mark.parametrize(("distinct", "files"), [(None, 300), (40, 40), (1_000, 300)])
def test_sources_are_written_when_a_task_reads_them_and_only_then(distinct: int | None, files: int):
    graph = shapes.layered(100, sources=distinct)
    written = [path for path, _ in graph.sources()]
    assert len(written) == len(set(written)) == files
    assert {path for task in graph.tasks for path in task.inputs if path.startswith("src/")} == set(written)


@pytest.mark.parametrize("distinct", [None, 40])
def test_the_source_that_is_changed_is_read_by_the_task_that_is_meant(distinct: int | None):
    graph = shapes.layered(100, sources=distinct)
    index = shapes.source_index(99, distinct)
    assert shapes.source_path(index) in graph.tasks[99].inputs


def test_what_depends_on_one_task_grows_by_two_a_layer():
    graph = shapes.layered(1_000, layers=20)
    assert len(dependents(graph, "t0")) == sum(2 * layer + 1 for layer in range(20))


def dependents(graph: Graph, first: str) -> set[str]:
    found = {first}
    for task in graph.tasks:
        if found.intersection(task.needs):
            found.add(task.name)
    return found


def test_a_note_leaves_the_line_that_tasks_read():
    plain, version, note = (shapes.source_text(5, v, n).splitlines() for v, n in ((0, 0), (1, 0), (0, 1)))
    assert plain[0] != version[0]
    assert plain[0] == note[0]
    assert plain[1] != note[1]


@pytest.mark.parametrize("width", [1, 3, 50, 500, 5_000, 4_096])
def test_strides_reach_every_place(width: int):
    stride = shapes.scatter(width)
    assert {k * stride % width for k in range(width)} == set(range(width))


def test_sleeps_have_a_heavy_tail_and_a_chain_declared_last_that_is_as_long_as_the_rest_takes():
    graph = shapes.sleeps()
    durations = [float(task.arg) for task in graph.tasks]
    assert len(durations) == 200
    assert min(durations) == 0.01 and max(durations) == 0.5
    assert sorted(durations)[100] < sum(durations) / 200 / 2
    chain = graph.tasks[190:]
    assert all(before.name in after.needs for before, after in pairwise(chain))
    assert not any(task.needs for task in graph.tasks[:191])
    alone = sum(float(task.arg) for task in chain)
    assert 0.9 <= alone / (sum(durations) / 8) <= 1.1


@pytest.mark.parametrize(("jobs", "bound"), [(1, 6.0), (2, 3.0), (8, 2.0)])
def test_the_lower_bound_is_the_longest_path_or_the_sum_by_slots(jobs: int, bound: float):
    tasks = [shapes.Task(f"t{i}", "sleep", f"out/{i}", arg="1.0") for i in range(4)]
    tasks += [
        shapes.Task("a", "sleep", "out/a", arg="1.0"),
        shapes.Task("b", "sleep", "out/b", arg="1.0", needs=("a",)),
    ]
    assert shapes.lower_bound(Graph("x", {}, tasks), jobs) == bound


def test_restore_makes_every_file_once():
    graph = shapes.restore(files=100, size=10, tasks=4)
    assert [task.arg for task in graph.tasks] == ["0 25 10", "25 25 10", "50 25 10", "75 25 10"]


@pytest.mark.parametrize("shape", [shapes.tiny(50), shapes.layered(50), shapes.sleeps(20, 4), shapes.one()])
def test_the_same_arguments_give_the_same_graph(shape: Graph):
    again = {"tiny": lambda: shapes.tiny(50), "layered": lambda: shapes.layered(50)}
    again |= {"sleeps": lambda: shapes.sleeps(20, 4), "one": shapes.one}
    other = again[shape.name]()
    assert (shape.rules, shape.tasks, list(shape.sources())) == (other.rules, other.tasks, list(other.sources()))
