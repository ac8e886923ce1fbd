"""Servers as one starts them by hand, from nothing: `initdb` and `postgres`, `redis-server`. Knows no taskgraph."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .answers import POSTGRES, Address, Server, ServerFailed, wait_until_up


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unprivileged(name: str) -> dict:
    """As whom a server runs that does not want to be root."""
    if os.getuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def postgres_programs() -> Path:
    """The directory of initdb and postgres: that of PATH, else Debian's newest, as taskgraph has it."""
    found = shutil.which("postgres")
    if found and shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise ServerFailed("PostgreSQL is not here: apt-get install postgresql")
    return versions[-1].parent


def start(server: Server) -> tuple[float, float]:
    """Seconds from nothing until it is up, and on to its first answer. It is gone afterwards."""
    port = free_port()
    make = postgres if server is POSTGRES else redis
    with tempfile.TemporaryDirectory(prefix="taskgraph-plain.") as name:
        directory = Path(name)
        identity = unprivileged(server.name)
        if identity:
            os.chown(directory, identity["user"], identity["group"])
        began = time.monotonic()
        with open(directory / "log", "w+") as log:
            process = make(directory, port, log, identity)
            try:
                address = Address("127.0.0.1", port, "postgres" if server is POSTGRES else "")
                wait_until_up(server, address, lambda: alive(process, directory))
                up = time.monotonic()
                server.ask(address)
                answered = time.monotonic()
            finally:
                # PostgreSQL ends at once and gives its memory back; Redis has nothing to save.
                process.send_signal(signal.SIGQUIT if server is POSTGRES else signal.SIGKILL)
                process.wait()
    return up - began, answered - began


def postgres(directory: Path, port: int, log, identity: dict) -> subprocess.Popen:
    programs = postgres_programs()
    data = directory / "data"
    command = [programs / "initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-D", data]
    status = subprocess.run(command, stdout=log, stderr=log, cwd=directory, **identity).returncode
    if status != 0:
        raise ServerFailed(f"initdb ended with {status}:\n{(directory / 'log').read_text()[-2000:]}")
    command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", directory, "-F"]
    return subprocess.Popen(command, stdout=log, stderr=log, cwd=directory, **identity)


def redis(directory: Path, port: int, log, identity: dict) -> subprocess.Popen:
    if not shutil.which("redis-server"):
        raise ServerFailed("Redis is not here: apt-get install redis-server")
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", directory]
    return subprocess.Popen(command, stdout=log, stderr=log, cwd=directory, **identity)


def alive(process: subprocess.Popen, directory: Path) -> None:
    if process.poll() is not None:
        raise ServerFailed(f"a server ended with {process.returncode}:\n{(directory / 'log').read_text()[-2000:]}")
