"""The graphs that are measured: tiny, layered, sleeps, restore, one. Pure: the same arguments give the same graph."""

import math
import random
from collections.abc import Iterator

from .graph import Graph, Task

FILES_PER_DIRECTORY = 256
SOURCES_PER_TASK = 3
NEEDS_PER_TASK = 3
# Builtins only, so that a task costs one process; the first line of each file counts, what follows does not.
FIRST_LAYER = "set -- {in}; read a <$1; read b <$2; read c <$3; echo $(( (a+b*3+c*5) % 1000003 )) >{out}"
OTHER_LAYERS = (
    "set -- {in}; read a <$1; read b <$2; read c <$3; read d <$4; read e <$5; read f <$6; "
    "echo $(( (a+b*3+c*5+d*7+e*11+f*13) % 1000003 )) >{out}"
)


def spread(folder: str, index: int, suffix: str = "") -> str:
    """The path of a numbered file, in one of many directories of a bounded size."""
    return f"{folder}/{index // FILES_PER_DIRECTORY}/{index}{suffix}"


def tiny(count: int) -> Graph:
    """`count` tasks that need nothing and write a few bytes."""
    tasks = [Task(f"t{i}", "write", spread("out", i), arg=str(i)) for i in range(count)]
    return Graph("tiny", {"write": "echo v{arg} >{out}"}, tasks)


def one() -> Graph:
    """One task with one input and one output: what starting up costs."""
    tasks = [Task("t0", "copy", "out/0", inputs=("src/0",))]
    return Graph("one", {"copy": "read a <{in}; echo $a >{out}"}, tasks, lambda: iter([("src/0", "1\n")]))


def layered(count: int, layers: int = 20, sources: int | None = None) -> Graph:
    """`count` tasks in layers; each reads 3 sources and, after the first layer, 3 outputs of the layer before.

    `sources` is the number of distinct source files, 3 for each task when not given.
    """
    width = max(NEEDS_PER_TASK, math.ceil(count / layers))
    stride = scatter(width)
    distinct = sources or SOURCES_PER_TASK * count
    tasks = [layered_task(i, width, stride, distinct) for i in range(count)]
    used = min(distinct, SOURCES_PER_TASK * count)
    return Graph("layered", {"first": FIRST_LAYER, "other": OTHER_LAYERS}, tasks, lambda: layered_sources(used))


def scatter(width: int) -> int:
    """A stride without a common divisor: neighbours in the graph lie far apart in the files of the tools.

    What depends on one task grows by two tasks a layer, whatever the stride: a change at the bottom stays local.
    """
    stride = max(1, round(width * 0.381966))
    while math.gcd(stride, width) != 1:
        stride += 1
    return stride


def layered_task(index: int, width: int, stride: int, distinct: int) -> Task:
    sources = tuple(source_path((SOURCES_PER_TASK * index + k) % distinct) for k in range(SOURCES_PER_TASK))
    layer, place = divmod(index, width)
    if layer == 0:
        return Task(f"t{index}", "first", spread("out", index), sources)
    before = [(layer - 1) * width + (place + k * stride) % width for k in range(NEEDS_PER_TASK)]
    needed = tuple(spread("out", i) for i in before)
    return Task(f"t{index}", "other", spread("out", index), sources + needed, needs=tuple(f"t{i}" for i in before))


def source_index(task: int, distinct: int | None) -> int:
    """The number of the last source file of a task of `layered`."""
    index = SOURCES_PER_TASK * (task + 1) - 1
    return index % distinct if distinct else index


def source_path(index: int) -> str:
    return spread("src", index, ".txt")


def source_text(index: int, version: int = 0, note: int = 0) -> str:
    """`version` changes the line that tasks read, `note` the line after it, which leaves every output as it was."""
    return f"{(index * 7919 + 13 + version) % 1000003}\nnote {note}\n"


def layered_sources(count: int) -> Iterator[tuple[str, str]]:
    return ((source_path(i), source_text(i)) for i in range(count))


def sleeps(count: int = 200, chain: int = 10, seed: int = 7) -> Graph:
    """Sleeps of 0.01–0.5 s with a heavy tail; the last `chain` of them are one path of about an eighth of the sum."""
    loose = heavy_tail(count - chain, seed)
    link = max(0.01, min(0.5, round(sum(loose) / (7 * chain), 3)))
    tasks = [Task(f"t{i}", "sleep", f"out/{i}", arg=f"{seconds:.3f}") for i, seconds in enumerate(loose)]
    for i in range(len(loose), count):
        before = i > len(loose)
        inputs, needs = ((f"out/{i - 1}",), (f"t{i - 1}",)) if before else ((), ())
        tasks.append(Task(f"t{i}", "sleep", f"out/{i}", inputs, arg=f"{link:.3f}", needs=needs))
    return Graph("sleeps", {"sleep": "sleep {arg}; echo {arg} >{out}"}, tasks)


def heavy_tail(count: int, seed: int) -> list[float]:
    """Durations in seconds, in random order: many of 0.01, about a fifth of 0.5."""
    shares = [(i + 0.5) / count for i in range(count)]
    durations = [round(min(0.5, 0.01 * share**-2.5), 3) for share in shares]
    random.Random(seed).shuffle(durations)
    return durations


def lower_bound(graph: Graph, jobs: int) -> float:
    """The seconds that no schedule of `sleeps` with so many slots can beat: the longest path, or the sum by slots."""
    ends: dict[str, float] = {}
    for task in graph.tasks:
        ends[task.name] = float(task.arg) + max((ends[name] for name in task.needs), default=0.0)
    return max(max(ends.values()), sum(float(task.arg) for task in graph.tasks) / jobs)


# The script below leaves a line in it for each task that really ran.
MADE_LOG = "made.log"
FILES_SCRIPT = f"""\
import pathlib, random, sys
out, first, count, size = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:])
out.mkdir(parents=True, exist_ok=True)
for i in range(first, first + count):
    (out / str(i)).write_bytes(random.Random(i).randbytes(size))
with open("{MADE_LOG}", "a") as log:
    print(out, file=log)
"""


def restore(files: int, size: int, tasks: int) -> Graph:
    """`tasks` tasks that together make `files` files of `size` random bytes, each task a directory of its own."""
    each = files // tasks
    made = [Task(f"t{i}", "make", f"out/{i}", ("files.py",), arg=f"{i * each} {each} {size}") for i in range(tasks)]
    rule = {"make": "python3 {in} {out} {arg}"}
    return Graph("restore", rule, made, lambda: iter([("files.py", FILES_SCRIPT)]))
