"""One private PostgreSQL and one private Redis a process, on loopback, with waits on conditions. Knows no pytest."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=8MB", "autovacuum=off",
             "wal_level=minimal", "max_wal_senders=0", "jit=off", "max_connections=30")  # fmt: skip


def _bin() -> Path:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


def _owner() -> list[str]:
    """PostgreSQL refuses to run as root. The signal of a parent's death ends what we could not."""
    change = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
    return ["setpriv", *change, "--pdeathsig", "QUIT"]


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="standin-"))
    folder.chmod(0o711)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _until(ready: Callable[[], bool], server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert server.poll() is None, f"the server ended with {server.returncode}"
        assert time.monotonic() < deadline, "the server was not ready within 60 s"
        time.sleep(0.01)


def _stop(server: subprocess.Popen[bytes], number: int) -> None:
    server.send_signal(number)
    server.wait()


@cache
def postgres() -> int:
    """The port of this process's cluster; started at the first call, stopped when the process ends."""
    folder, port = _folder(), _port()
    data = folder / "postgres"
    data.mkdir()
    if os.getuid() == 0:
        shutil.chown(data, "postgres", "postgres")
    subprocess.run([*_owner(), _bin() / "initdb", "--no-sync", "--auth=trust", "--username=postgres", "-D", data / "data"],
                   check=True, cwd="/", stdout=subprocess.DEVNULL)  # fmt: skip
    options = [part for setting in _SETTINGS for part in ("-c", setting)]
    server = subprocess.Popen([*_owner(), _bin() / "postgres", "-D", data / "data", "-p", str(port), "-h", "127.0.0.1", "-k", data, *options],
                              cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    atexit.register(_stop, server, signal.SIGQUIT)
    _until(
        lambda: subprocess.run([_bin() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode == 0,
        server,
    )
    return port


def sql(statement: str) -> None:
    """One statement in the maintenance database."""
    subprocess.run(
        [_bin() / "psql", "-qX", "-h", "127.0.0.1", "-p", str(postgres()), "-U", "postgres", "-c", statement],
        check=True,
    )


@cache
def redis() -> int:
    """The port of this process's Redis."""
    folder, port = _folder(), _port()
    server = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", folder,
                               "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL)  # fmt: skip
    atexit.register(_stop, server, signal.SIGKILL)
    _until(lambda: _answers(port), server)
    return port


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False
