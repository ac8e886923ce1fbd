"""Finds the taskgraph binary and runs `taskgraph broker` for as long as pytest lives. Does not speak the protocol."""

import json
import os
import selectors
import shutil
import subprocess
import tempfile
from pathlib import Path

from pytest_taskgraph.errors import LeaseError

_TAIL = 2_000


def find_binary() -> str | None:
    """`TASKGRAPH_BINARY`, else `taskgraph` on PATH; None when there is neither. Raises `LeaseError` when the first is wrong."""
    named = os.environ.get("TASKGRAPH_BINARY")
    if not named:
        return shutil.which("taskgraph")
    found = shutil.which(named)
    if not found:
        raise LeaseError(
            f"TASKGRAPH_BINARY names {named}, which is not a program that can be executed", kind="unavailable"
        )
    return found


def tail(log: str | Path) -> str:
    """The end of what a broker printed."""
    try:
        return Path(log).read_text(encoding="utf-8", errors="replace")[-_TAIL:]
    except OSError:
        return ""


class StartedBroker:
    """`taskgraph broker`: it ends, and everything with it, when its standard input is closed, that is with this process."""

    def __init__(self, binary: str, *, directory: Path, timeout: float) -> None:
        """Returns when it has named its socket. Raises `LeaseError` when it ends before that or takes too long."""
        log, self.log = tempfile.mkstemp(prefix="pytest-taskgraph-", suffix=".log")
        # A session of its own: Ctrl-C is meant for pytest, which still has leases to give back.
        self._process = subprocess.Popen(
            [binary, "broker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=directory,
            start_new_session=True,
        )  # fmt: skip
        os.close(log)
        try:
            self.socket = self._first_line(binary, timeout)
        except BaseException:
            self.close(grace=0)
            raise

    def _first_line(self, binary: str, timeout: float) -> str:
        output = self._process.stdout
        assert output is not None
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            line = output.readline() if selector.select(timeout) else None
        command = f"`{binary} broker`"
        if line is None:
            raise LeaseError(f"{command} has not named its socket within {timeout:g} s", kind="unavailable")
        try:
            return str(json.loads(line)["socket"])
        except (ValueError, KeyError, TypeError):
            said = tail(self.log).strip() or line.decode(errors="replace").strip() or "nothing"
            raise LeaseError(
                f"{command} did not name its socket in its first line; it says: {said}", kind="unavailable"
            ) from None

    def close(self, grace: float = 30) -> None:
        """Returns when it has cleared everything away; ends it after `grace` seconds."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        Path(self.log).unlink(missing_ok=True)
