"""A PostgreSQL for the length of a block: from the run this step is part of, else from `taskgraph broker`. docs/leases.md."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from steps.core.errors import StepError

_HINT = "run this as a task that uses a PostgreSQL of scope `module`, or put taskgraph on PATH"


@contextmanager
def postgres() -> Iterator[str]:
    """Its URL, `postgresql://…`. It is given back when the block ends, however it ends. Raises `StepError`."""
    with ExitStack() as stack:
        path = os.environ.get("TASKGRAPH_LEASES") or stack.enter_context(broker())
        connection = stack.enter_context(socket.socket(socket.AF_UNIX))
        connection.settimeout(120)
        try:
            connection.connect(path)
        except OSError as error:
            raise StepError(f"no services at {path}: {error}", hint=_HINT) from error
        lines = stack.enter_context(connection.makefile("rw", encoding="utf-8"))
        hello = _ask(lines, op="hello", protocol=1, client="steps")
        names = [one["name"] for one in hello["services"] if one.get("driver") == "postgres"]
        if not names:
            raise StepError("no PostgreSQL can be leased here", hint=_HINT)
        yield _ask(lines, op="lease", service=names[0], owner="steps")["address"]["url"]


def _ask(lines, **request) -> dict:  # type: ignore[no-untyped-def]
    lines.write(json.dumps({"id": 1, **request}) + "\n")
    lines.flush()
    answer = json.loads(lines.readline() or '{"ok": false, "error": {"message": "the connection ended"}}')
    if not answer["ok"]:
        raise StepError(f"{request['op']}: {answer['error']['message']}", hint=_HINT)
    return answer


@contextmanager
def broker() -> Iterator[str]:
    """`taskgraph broker`, which lives as long as its standard input."""
    binary = os.environ.get("TASKGRAPH_BINARY") or shutil.which("taskgraph")
    if not binary:
        raise StepError("there is no PostgreSQL to look at the models with", hint=_HINT)
    with subprocess.Popen([binary, "broker", "postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline() if process.stdout else b""
        try:
            if not line:
                raise StepError("taskgraph broker did not start", hint="`taskgraph doctor` says what is missing")
            yield json.loads(line)["socket"]
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait()
