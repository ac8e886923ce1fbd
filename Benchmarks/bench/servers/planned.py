"""A plan whose tasks use a service: `taskgraph run`, from its start to the task that has the address. Knows no broker."""

import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

from .answers import PATIENCE, Address, Server, ServerFailed
from .broker import environment

PLAN = """\
version: 1
services:
  {name}: {{driver: {name}, scope: task, env: {{ADDRESS: "${{{{ self.url }}}}"}}}}
use:
  uses: [{name}]
  cache: false
  run: echo "$ADDRESS" >{directory}/told; read -r _ <{directory}/go
"""


class Plan:
    """A project of one task. The task says its address through a pipe, and waits at another for its end."""

    def __init__(self, binary: Path, directory: Path, server: Server):
        self.binary, self.directory, self.server = binary, directory, server
        directory.mkdir(parents=True)
        text = PLAN.format(name=server.name, directory=directory)
        (directory / "tasks.yaml").write_text(text)
        for name in ("told", "go"):
            os.mkfifo(directory / name)
        # For both directions: opening does not wait, and the reader's end never comes.
        self.told, self.go = (os.open(directory / name, os.O_RDWR) for name in ("told", "go"))

    def forget(self) -> None:
        """As before the first run: no template, no state."""
        shutil.rmtree(self.directory / ".taskgraph", ignore_errors=True)

    def run(self) -> tuple[float, float]:
        """Seconds from the start of taskgraph to the task that has the address, and on to the server's first answer."""
        began = time.monotonic()
        with open(self.directory / "said", "w+") as said:
            process = subprocess.Popen(
                [self.binary, "run", "use"],
                cwd=self.directory,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
            try:
                url = told(self.told, process)
                ready = time.monotonic()
                self.server.ask(address_in(url))
                answered = time.monotonic()
                os.write(self.go, b"\n")
                if process.wait(PATIENCE) != 0:
                    raise ServerFailed(f"it ended with {process.returncode}")
            except (ServerFailed, subprocess.TimeoutExpired) as error:
                process.terminate()
                process.wait()
                said.seek(0)
                raise ServerFailed(f"taskgraph run in {self.directory}: {error}\n{said.read()[-2000:]}") from error
        return ready - began, answered - began


def address_in(url: str) -> Address:
    parts = urlsplit(url)
    return Address(parts.hostname, parts.port, parts.username or "", parts.password or "", parts.path.strip("/"))


def told(pipe: int, process: subprocess.Popen) -> str:
    """The line that comes through the pipe. Raises ServerFailed when the process ends first, or after two minutes."""
    ends = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        poll.register(ends, select.POLLIN)
        ready = [descriptor for descriptor, _ in poll.poll(PATIENCE * 1000)]
        if pipe in ready:
            return os.read(pipe, 1 << 16).decode().strip()
        raise ServerFailed("it ended and said no address" if ready else f"it said no address within {PATIENCE:g} s")
    finally:
        os.close(ends)
