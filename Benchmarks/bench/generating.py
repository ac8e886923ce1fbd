"""The command `generate`: which shape, how large, for which tools. Writes projects, runs nothing."""

import argparse
from pathlib import Path

from . import shapes, writers
from .graph import Graph

DEFAULT_TOOLS = ("taskgraph", "ninja", "make")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="Benchmarks/generate", description="Write one graph as equal projects of several tools: DIR/TOOL/."
    )
    shape = top.add_subparsers(dest="shape", required=True)
    tiny = shape.add_parser("tiny", help="independent tasks that each write one file")
    tiny.add_argument("--tasks", type=int, default=1_000)
    layered = shape.add_parser("layered", help="each task reads 3 sources and 3 outputs of the layer before")
    layered.add_argument("--tasks", type=int, default=1_000)
    layered.add_argument("--layers", type=int, default=20)
    layered.add_argument("--sources", type=int, help="distinct source files (default: 3 for each task)")
    sleeps = shape.add_parser("sleeps", help="sleeps of 0.01-0.5 s, a critical chain declared last")
    sleeps.add_argument("--tasks", type=int, default=200)
    restore = shape.add_parser("restore", help="tasks whose outputs are directories of random files")
    restore.add_argument("--files", type=int, default=10_000)
    restore.add_argument("--bytes", type=int, default=4096, help="size of each file")
    restore.add_argument("--tasks", type=int, default=100)
    shape.add_parser("one", help="one task")
    for each in shape.choices.values():
        each.add_argument("--tools", default=",".join(DEFAULT_TOOLS), help=f"of {', '.join(writers.FORMATS)}")
        each.add_argument("directory", type=Path, metavar="DIR")
    return top


def graph_of(options: argparse.Namespace) -> Graph:
    match options.shape:
        case "tiny":
            return shapes.tiny(options.tasks)
        case "layered":
            return shapes.layered(options.tasks, options.layers, options.sources)
        case "sleeps":
            return shapes.sleeps(options.tasks)
        case "restore":
            return shapes.restore(options.files, options.bytes, options.tasks)
        case _:
            return shapes.one()


def main(arguments: list[str] | None = None) -> int:
    command = parser()
    options = command.parse_args(arguments)
    tools = options.tools.split(",")
    for tool in tools:
        if tool not in writers.FORMATS:
            command.error(f"there is no tool {tool!r}; tools are {', '.join(writers.FORMATS)}")
    graph = graph_of(options)
    for tool in tools:
        writers.write(graph, tool, options.directory / tool)
        print(f"{options.directory / tool}: {len(graph.tasks)} tasks for {tool}")
    return 0
