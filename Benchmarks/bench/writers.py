"""Writes a graph as a project of one tool: its sources and its own kind of file. Measures nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from .graph import Graph, Task, directories, expand

Lines = Iterator[str]


def write(graph: Graph, tool: str, directory: Path) -> None:
    """Makes `directory` a complete project of `tool`, ready for a cold run."""
    for folder in sorted(directories(graph)):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    made: set[Path] = set()
    for path, text in graph.sources():
        file = directory / path
        if file.parent not in made:
            file.parent.mkdir(parents=True, exist_ok=True)
            made.add(file.parent)
        file.write_text(text)
    name, lines = FORMATS[tool]
    with (directory / name).open("w") as file:
        file.writelines(lines(graph))


def taskgraph_lines(graph: Graph) -> Lines:
    yield "version: 1\n"
    for task in graph.tasks:
        yield f"{task.name}:\n"
        yield f"  inputs: [{', '.join(task.inputs)}]\n"
        yield f"  outputs: [{task.output}]\n"
        yield f"  run: {scalar(graph.command(task))}\n"


def scalar(text: str) -> str:
    """A command as YAML reads it back: plain where nothing in it ends or changes plain text, else in JSON's quotes."""
    plain = text[:1].isalpha() and text == text.strip() and not any(mark in text for mark in (": ", " #", "${{", "\n"))
    return text if plain else json.dumps(text)


def ninja_lines(graph: Graph) -> Lines:
    yield "ninja_required_version = 1.3\n"
    for name, template in graph.rules.items():
        yield f"rule {name}\n  command = {expand(template.replace('$', '$$'), '$in', '$out', '$arg')}\n"
    for task in graph.tasks:
        yield f"build {task.output}: {' '.join((task.rule, *task.inputs))}\n"
        if task.arg:
            yield f"  arg = {task.arg}\n"


def make_lines(graph: Graph) -> Lines:
    yield "MAKEFLAGS += --no-builtin-rules\n.SUFFIXES:\n"
    yield f"all: {' '.join(last_outputs(graph))}\n"
    for name, template in graph.rules.items():
        yield f"{name} = @{expand(template.replace('$', '$$'), '$^', '$@', '$(arg)')}\n"
    for task in graph.tasks:
        yield f"{task.output}: {' '.join(task.inputs)}\n\t{make_recipe(graph, task)}\n"


def make_recipe(graph: Graph, task: Task) -> str:
    """A variable for all where tasks differ by files only; make has no cheap variable for one target."""
    if not task.arg:
        return f"$({task.rule})"
    return "@" + graph.command(task).replace("$", "$$")


def last_outputs(graph: Graph) -> list[str]:
    used = {path for task in graph.tasks for path in task.inputs}
    return [task.output for task in graph.tasks if task.output not in used]


def gotask_lines(graph: Graph) -> Lines:
    """go-task has a shell of its own; `sh -c` makes it start the same processes as the others."""
    yield "version: '3'\nsilent: true\ntasks:\n"
    yield f"  default: {{deps: [{', '.join(task.name for task in graph.tasks)}]}}\n"
    for task in graph.tasks:
        command = "sh -c '" + graph.command(task).replace("'", "'\\''") + "'"
        yield f"  {task.name}:\n    run: once\n    cmds: [{json.dumps(command)}]\n"
        if task.needs:
            yield f"    deps: [{', '.join(task.needs)}]\n"
        if task.inputs:
            yield f"    sources: [{', '.join(task.inputs)}]\n    generates: [{task.output}]\n"


def just_lines(graph: Graph) -> Lines:
    """just knows no files: it runs everything every time, so that only its start can be compared."""
    yield f"default: {' '.join(task.name for task in graph.tasks)}\n"
    for task in graph.tasks:
        yield f"{task.name}: {' '.join(task.needs)}\n    @{graph.command(task)}\n"


FORMATS: dict[str, tuple[str, Callable[[Graph], Lines]]] = {
    "taskgraph": ("tasks.yaml", taskgraph_lines),
    "ninja": ("build.ninja", ninja_lines),
    "make": ("Makefile", make_lines),
    "go-task": ("Taskfile.yml", gotask_lines),
    "just": ("justfile", just_lines),
}
