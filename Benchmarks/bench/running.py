"""The command `run`: its options, the sections one after the other, the table, the figures, the limits."""

import argparse
import json
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import table, thresholds, tools
from .figures import Case, metrics
from .measure import CommandFailed
from .rig import Rig
from .sections import SECTIONS

THRESHOLDS = Path(__file__).resolve().parents[1] / "thresholds.toml"
READING = """\
× columns: taskgraph's cost as a multiple of the tool's in that line, so below 1 taskgraph costs less. Medians of pairs
measured side by side, in brackets the smallest and the largest. CPU: user and system, all children. Memory: the peak."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="Benchmarks/run",
        description="Compare taskgraph with ninja, make, go-task and just, side by side.",
        epilog="Peers that are not here are left out; Benchmarks/setup installs them.",
    )
    top.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)} (default: all)")
    top.add_argument("--size", choices=("small", "full"), default="small", help="small: a minute or two (the default)")
    top.add_argument("--repeat", type=int, default=5, metavar="N", help="how often cheap runs are measured (5)")
    top.add_argument("-j", "--jobs", type=int, default=os.cpu_count(), help="job slots (default: the processors)")
    top.add_argument("--tasks", metavar="N,…", help="these numbers of tasks instead of those of the size")
    top.add_argument("--sources", type=int, metavar="N", help="distinct sources of `layered` (default: 3 a task)")
    top.add_argument("--peers", metavar="NAME,…", help=f"of {', '.join(tools.PEER_NAMES)} (default: all)")
    top.add_argument("--taskgraph", type=Path, default=tools.RELEASE, metavar="PATH", help="the binary to measure")
    top.add_argument("--json", type=Path, metavar="FILE", help="write every figure and sample there")
    top.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep the projects there; what the same binary built is not built again",
    )
    top.add_argument("--cold", action="store_true", help="measure cold runs again, also of kept projects")
    top.add_argument(
        "--check", nargs="?", type=Path, const=THRESHOLDS, metavar="FILE", help="exit 1 past a limit of thresholds.toml"
    )
    return top


def main(arguments: list[str] | None = None) -> int:
    command = parser()
    options = command.parse_args(arguments)
    limits = read_limits(options, command)
    wanted = options.sections or ([*dict.fromkeys(limit.section for limit in limits)] if limits else list(SECTIONS))
    for name in wanted:
        if name not in SECTIONS:
            command.error(f"there is no section {name!r}; sections are {', '.join(SECTIONS)}")
    if not os.access(options.taskgraph, os.X_OK):
        command.error(f"there is no program {options.taskgraph}; build it, or name another with --taskgraph")
    with ExitStack() as stack:
        rig = rig_of(options, stack, command)
        stack.callback(rig.delete_aside)
        cases, failures = carry_out([name for name in SECTIONS if name in wanted], rig)
    figures = metrics(cases)
    print(f"\n{table.render(cases)}\n\n{READING}\n{surroundings(rig, options)}")
    if options.json:
        options.json.write_text(json.dumps({"figures": figures, "cases": [as_json(case) for case in cases]}, indent=1))
    return judge(limits, figures, failures)


def read_limits(options: argparse.Namespace, command: argparse.ArgumentParser) -> list[thresholds.Limit]:
    try:
        return thresholds.read(options.check) if options.check else []
    except thresholds.BadThresholds as error:
        command.error(str(error))


def rig_of(options: argparse.Namespace, stack: ExitStack, command: argparse.ArgumentParser) -> Rig:
    peers = options.peers.split(",") if options.peers else tools.PEER_NAMES
    for name in peers:
        if name not in tools.PEER_NAMES:
            command.error(f"there is no peer {name!r}; peers are {', '.join(tools.PEER_NAMES)}")
    directory = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="taskgraph-benchmarks.")))
    directory.mkdir(parents=True, exist_ok=True)
    return Rig(
        directory.resolve(),
        tools.find(["taskgraph", *peers], options.taskgraph),
        options.size,
        options.repeat,
        options.jobs,
        [int(number.replace("_", "")) for number in options.tasks.split(",")] if options.tasks else [],
        options.sources,
        options.cold,
        lambda line: print(f"==> {line}", file=sys.stderr, flush=True),
    )


def carry_out(names: list[str], rig: Rig) -> tuple[list[Case], list[str]]:
    """A section that fails does not take the others with it."""
    cases: list[Case] = []
    failures = []
    for name in names:
        try:
            for case in SECTIONS[name](rig):
                cases.append(case)
        except (CommandFailed, RuntimeError) as error:
            failures.append(f"section {name}: {error}")
            rig.say(f"FAILED: {failures[-1]}")
        except KeyboardInterrupt:
            # What was measured took long enough to be worth a table.
            failures.append(f"section {name}: interrupted")
            break
    return cases, failures


def surroundings(rig: Rig, options: argparse.Namespace) -> str:
    asked = options.peers.split(",") if options.peers else tools.PEER_NAMES
    absent = [name for name in asked if name not in rig.tools]
    lines = [f"{platform.system()} {platform.release()}, {os.cpu_count()} processors, -j{rig.jobs}"]
    lines += [f"{tool.name}: {tool.path}" for tool in rig.tools.values()]
    lines += [f"{name}: not here; Benchmarks/setup installs it" for name in absent]
    return "\n".join(lines)


def as_json(case: Case) -> dict:
    samples = {
        tool: [{"cpu": s.cpu, "wall": s.wall, "memory": s.memory, "syscalls": s.syscalls} for s in taken]
        for tool, taken in case.samples.items()
    }
    return {"section": case.section, "case": case.name, "samples": samples, "notes": case.notes, "more": case.more}


def judge(limits: list[thresholds.Limit], figures: dict[str, float], failures: list[str]) -> int:
    """The exit status, said in words first."""
    past = thresholds.passed(limits, figures)
    if limits:
        print(f"\nLimits:\n{thresholds.report(limits, figures)}")
    for line in [*failures, *past]:
        print(f"error: {line}", file=sys.stderr)
    if limits and not past and not failures:
        print(f"all {len(limits)} limits hold")
    return 1 if failures or past else 0
