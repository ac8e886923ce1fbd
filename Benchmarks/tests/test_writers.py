"""What is written for the tools: the words of each format, and that the tools that are here make the same of it."""

import json
import subprocess
from pathlib import Path

import pytest

from bench import shapes, tools, writers
from bench.generating import main
from bench.graph import Graph, Task

SMALL = Graph(
    "small",
    {"join": "set -- {in}; read a <$1; echo $((a+1)) >{out}", "say": "echo {arg} >{out}"},
    [Task("a", "say", "out/a", arg="1"), Task("b", "join", "out/b", ("src/x", "out/a"), needs=("a",))],
    lambda: iter([("src/x", "4\n")]),
)
TEXTS = {
    "taskgraph": """\
version: 1
a:
  inputs: []
  outputs: [out/a]
  run: echo 1 >out/a
b:
  inputs: [src/x, out/a]
  outputs: [out/b]
  run: set -- src/x out/a; read a <$1; echo $((a+1)) >out/b
""",
    "ninja": """\
ninja_required_version = 1.3
rule join
  command = set -- $in; read a <$$1; echo $$((a+1)) >$out
rule say
  command = echo $arg >$out
build out/a: say
  arg = 1
build out/b: join src/x out/a
""",
    "make": """\
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
all: out/b
join = @set -- $^; read a <$$1; echo $$((a+1)) >$@
say = @echo $(arg) >$@
out/a: 
\t@echo 1 >out/a
out/b: src/x out/a
\t$(join)
""",
    "go-task": """\
version: '3'
silent: true
tasks:
  default: {deps: [a, b]}
  a:
    run: once
    cmds: ["sh -c 'echo 1 >out/a'"]
  b:
    run: once
    cmds: ["sh -c 'set -- src/x out/a; read a <$1; echo $((a+1)) >out/b'"]
    deps: [a]
    sources: [src/x, out/a]
    generates: [out/b]
""",
    "just": """\
default: a b
a: 
    @echo 1 >out/a
b: a
    @set -- src/x out/a; read a <$1; echo $((a+1)) >out/b
""",
}


@pytest.mark.parametrize("tool", writers.FORMATS)
def test_the_whole_text(tool: str, tmp_path: Path):
    writers.write(SMALL, tool, tmp_path)
    assert (tmp_path / writers.FORMATS[tool][0]).read_text() == TEXTS[tool]
    assert (tmp_path / "src/x").read_text() == "4\n"
    assert (tmp_path / "out").is_dir()


@pytest.mark.parametrize(
    ("command", "written"),
    [
        ("echo a >b", "echo a >b"),
        ("echo a: b", '"echo a: b"'),
        ("echo a #b", '"echo a #b"'),
        ("echo ${{x}}", '"echo ${{x}}"'),
        ("'quoted' word", "\"'quoted' word\""),
        ("echo a\necho b", '"echo a\\necho b"'),
    ],
)
def test_commands_that_yaml_would_read_otherwise_are_quoted(command: str, written: str):
    assert writers.scalar(command) == written
    assert written == command or json.loads(written) == command


@pytest.mark.parametrize("shape", [shapes.tiny(30), shapes.layered(60), shapes.one()])
def test_tools_make_the_same_bytes_and_have_nothing_to_do_then(shape: Graph, tmp_path: Path):
    found = tools.find(["ninja", "make"], Path())
    if not found:
        pytest.skip("neither ninja nor make is here")
    expected = {task.output: by_hand(shape, task, tmp_path / "hand") for task in shape.tasks}
    for tool in found.values():
        project = tmp_path / tool.name
        writers.write(shape, tool.name, project)
        subprocess.run(tool.command(2), cwd=project, check=True)
        assert {task.output: (project / task.output).read_text() for task in shape.tasks} == expected
        before = {task.output: (project / task.output).stat().st_mtime_ns for task in shape.tasks}
        subprocess.run(tool.command(2), cwd=project, check=True)
        assert {task.output: (project / task.output).stat().st_mtime_ns for task in shape.tasks} == before


def by_hand(graph: Graph, task: Task, directory: Path) -> str:
    """Each command in the order of declaration, by sh alone."""
    if task is graph.tasks[0]:
        writers.write(graph, "make", directory)
    subprocess.run(["sh", "-euc", graph.command(task)], cwd=directory, check=True)
    return (directory / task.output).read_text()


def test_the_command_writes_a_project_for_each_tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["layered", "--tasks", "60", "--tools", "taskgraph,make", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["make", "taskgraph"]
    assert capsys.readouterr().out == (
        f"{tmp_path}/taskgraph: 60 tasks for taskgraph\n{tmp_path}/make: 60 tasks for make\n"
    )


def test_a_tool_that_is_not_known_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["tiny", "--tools", "bazel", str(tmp_path)])
    assert ended.value.code == 2
    assert "there is no tool 'bazel'; tools are taskgraph, ninja, make, go-task, just" in capsys.readouterr().err
