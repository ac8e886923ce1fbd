"""A graph of tasks as every tool gets it: files, commands for sh, edges. Knows no tool and writes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Task:
    """One command with one output. `rule` names its template in the graph, `arg` is what differs between its users."""

    name: str
    rule: str
    output: str
    inputs: tuple[str, ...] = ()
    arg: str = ""
    # Names of tasks that come before without a file between them, for tools that want tasks and not files.
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """`rules` are shell commands in which {in}, {out} and {arg} stand for a task's inputs, output and argument."""

    name: str
    rules: dict[str, str]
    tasks: list[Task]
    # Pairs of path and text, made anew by each call: 300,000 of them need not be held.
    sources: Callable[[], Iterator[tuple[str, str]]] = field(default=lambda: iter(()))

    def command(self, task: Task) -> str:
        """The text that sh is to carry out for this task, the same for every tool."""
        return expand(self.rules[task.rule], " ".join(task.inputs), task.output, task.arg)


def expand(template: str, inputs: str, output: str, arg: str) -> str:
    """A rule with its three places filled in. Not str.format: the shell's own braces stay as they are."""
    return template.replace("{in}", inputs).replace("{out}", output).replace("{arg}", arg)


def directories(graph: Graph) -> set[str]:
    """The directories of all outputs: make and go-task want them to be there."""
    return {task.output.rpartition("/")[0] for task in graph.tasks}
