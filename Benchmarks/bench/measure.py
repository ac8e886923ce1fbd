"""Runs one command and says what it cost: CPU, wall time, peak memory. Linux. Knows no tool.

The kernel counts the parent's memory at the moment of exec to the child's peak, so a command started by this
interpreter would never seem smaller than it. A small sh starts it instead and goes away; being the subreaper we
inherit the command and wait for it ourselves, and for whatever it leaves behind, whose CPU counts as well.
"""

import contextlib
import ctypes
import os
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
# What becomes the command waits at the gate, descriptor 4, until it is ours and the clock starts; 3 tells its pid.
LAUNCHER = 'cd -- "$1" || exit; shift; { read -r go <&4 || exec "$@" 3>&- 4<&-; } & echo $! >&3'
# Of our environment what would change how the tools behave.
DROPPED = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "NINJA_STATUS", "TASKGRAPH_CACHE", "CI")
LEFTOVER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run cost: seconds of CPU with all children, seconds of wall time, bytes at the peak, system calls."""

    cpu: float | None = None
    wall: float | None = None
    memory: float | None = None
    syscalls: float | None = None


class CommandFailed(Exception):
    """A measured command ended with another status than 0: its figures would mean nothing."""


def run(command: list[str], directory: Path) -> Sample:
    """Runs `command` in `directory` to its end, output thrown away. Raises CommandFailed with what it said."""
    become_subreaper()
    with tempfile.TemporaryFile() as errors:
        shell, gate, told = launch(command, directory, errors.fileno())
        try:
            pid = int(told.readline() or 0)
            os.waitpid(shell, 0)
            start = time.monotonic()
            os.close(gate)
            if pid == 0:
                raise CommandFailed(f"{directory}: cannot go there")
            status, usage = os.wait4(pid, 0)[1:]
            wall = time.monotonic() - start
            left = leftovers(shell)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell, signal.SIGKILL)
            raise
        finally:
            told.close()
        if status != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()[-2000:]
            code = os.waitstatus_to_exitcode(status)
            raise CommandFailed(f"{' '.join(command)} in {directory} ended with {code}:\n{said}")
    return Sample(usage.ru_utime + usage.ru_stime + left, wall, usage.ru_maxrss * 1024)


def become_subreaper() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def launch(command: list[str], directory: Path, errors: int):
    """The launcher's pid (and process group), the gate that starts it when closed, a file that tells the pid."""
    gate_in, gate = os.pipe()
    told, told_in = os.pipe()
    environment = {name: value for name, value in os.environ.items() if name not in DROPPED}
    # Moved out of the way first: a pipe's end may itself be number 3 or 4.
    high = [os.dup2(told_in, 203), os.dup2(gate_in, 204)]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, errors, 2),
        (os.POSIX_SPAWN_DUP2, 203, 3),
        (os.POSIX_SPAWN_DUP2, 204, 4),
        (os.POSIX_SPAWN_CLOSE, 203),
        (os.POSIX_SPAWN_CLOSE, 204),
    ]
    arguments = ["sh", "-c", LAUNCHER, "sh", str(directory), *command]
    pid = os.posix_spawn("/bin/sh", arguments, environment, file_actions=actions, setpgroup=0)
    for descriptor in (gate_in, told_in, *high):
        os.close(descriptor)
    return pid, gate, os.fdopen(told)


def leftovers(group: int) -> float:
    """Waits for processes that the command left behind, and ends them if they stay. Returns their CPU seconds."""
    cpu = 0.0
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return cpu
        if pid:
            cpu += usage.ru_utime + usage.ru_stime
        elif time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            return cpu
        else:
            time.sleep(0.001)
