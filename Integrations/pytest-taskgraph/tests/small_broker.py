#!/usr/bin/env python3
"""`taskgraph broker` for tests where there is no taskgraph: docs/leases.md with real servers. Knows nothing of the plugin.

Locks and leases belong to a connection; servers are started by whoever asks and killed when the connection ends. The cluster that
PostgreSQL's instances are copied from is made by the first who needs it, in SMALL_BROKER_HOME.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import itertools
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(os.environ.get("SMALL_BROKER_HOME", "/dev/shm"))
USER = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
SETTINGS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=2MB", "max_connections=20",
    "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "jit=off", "huge_pages=off",
)  # fmt: skip
_numbers = itertools.count(1)


def as_server(arguments: list[str], **options: object) -> subprocess.Popen[bytes]:
    """PostgreSQL refuses to run as root."""
    identity = {"user": USER.pw_uid, "group": USER.pw_gid, "extra_groups": []} if USER else {}
    return subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL), **identity, **options,
    )  # fmt: skip


def own(path: Path) -> None:
    if USER:
        os.chown(path, USER.pw_uid, USER.pw_gid)


def template() -> Path:
    place = HOME / "template"
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "PG_VERSION").exists():
            place.mkdir(exist_ok=True)
            own(place)
            command = [f"{POSTGRES}/initdb", "--no-sync", "-A", "trust", "-U", "taskgraph", "-D", str(place)]
            assert as_server(command).wait() == 0, "initdb failed"
    return place


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Instance:
    """One server with a directory and a port of its own."""

    def __init__(self, driver: str) -> None:
        self.driver, self.port, self.password = driver, free_port(), secrets.token_urlsafe(12)
        self.directory = Path(tempfile.mkdtemp(prefix="small-", dir=HOME))
        own(self.directory)
        self.process = self._postgres() if driver == "postgres" else self._redis()

    def _postgres(self) -> subprocess.Popen[bytes]:
        data = self.directory / "data"
        subprocess.run(["cp", "-a", str(template()), str(data)], check=True)
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        place = ["-D", str(data), "-k", str(self.directory), "-h", "127.0.0.1", "-p", str(self.port)]
        return as_server([f"{POSTGRES}/postgres", *place, *settings])

    def _redis(self) -> subprocess.Popen[bytes]:
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory)]
        return as_server(["redis-server", *place, "--requirepass", self.password, "--save", ""])

    def ready(self) -> bool:
        if self.driver == "postgres":
            command = [f"{POSTGRES}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        else:
            command = ["redis-cli", "-p", str(self.port), "-a", self.password, "ping"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def address(self) -> dict[str, object]:
        if self.driver == "redis":
            return {"host": "127.0.0.1", "port": self.port, "password": self.password}
        login = {"user": "taskgraph", "password": self.password, "database": "postgres"}
        return {"host": "127.0.0.1", "port": self.port, "socket": str(self.directory), **login}

    def stop(self) -> None:
        self.process.send_signal(signal.SIGQUIT if self.driver == "postgres" else signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Client:
    """What one connection holds."""

    def __init__(self, locks: dict[str, asyncio.Lock], writer: asyncio.StreamWriter) -> None:
        self.locks, self.writer = locks, writer
        self.instances: dict[str, Instance] = {}
        self.watches: dict[str, asyncio.Task[None]] = {}
        self.held: set[str] = set()

    async def answer(self, request: dict[str, object]) -> dict[str, object]:
        service = str(request.get("service"))
        match request["op"]:
            case "hello":
                services = [{"name": name, "driver": name} for name in ("postgres", "redis")]
                return {"protocol": 1, "server": "small", "services": services}
            case "lease" if service not in ("postgres", "redis"):
                return refused("unknown-service", f'there is no service "{service}"')
            case "lease":
                return await self.lease(service)
            case "release" if request["lease"] in self.instances:
                self.watches.pop(str(request["lease"])).cancel()
                await asyncio.to_thread(self.instances.pop(str(request["lease"])).stop)
                return {}
            case "lock":
                name = str(request["name"])
                await self.locks.setdefault(name, asyncio.Lock()).acquire()
                self.held.add(name)
                return {}
            case "unlock" if request["name"] in self.held:
                self.held.remove(str(request["name"]))
                self.locks[str(request["name"])].release()
                return {}
        return refused("not-held", "this connection does not hold it")

    async def lease(self, service: str) -> dict[str, object]:
        number, instance = str(next(_numbers)), await asyncio.to_thread(Instance, service)
        self.instances[number] = instance
        while not await asyncio.to_thread(instance.ready):
            await asyncio.sleep(0.005)
        self.watches[number] = asyncio.create_task(self.watch(number, instance))
        return {"lease": number, "address": instance.address(), "env": {}}

    async def watch(self, number: str, instance: Instance) -> None:
        while instance.process.poll() is None:
            await asyncio.sleep(0.005)
        self.say({"event": "lost", "lease": number, "message": f"it ended with {instance.process.returncode}"})

    def say(self, message: dict[str, object]) -> None:
        self.writer.write(json.dumps(message).encode() + b"\n")

    async def serve(self, line: bytes) -> None:
        request = json.loads(line)
        answer = await self.answer(request)
        self.say({"id": request["id"], "ok": "error" not in answer, **answer})

    def end(self) -> None:
        for name in self.held:
            self.locks[name].release()
        for watch in self.watches.values():
            watch.cancel()
        for instance in self.instances.values():
            instance.stop()


def refused(kind: str, message: str) -> dict[str, object]:
    return {"error": {"kind": kind, "message": message}}


async def main() -> None:
    place = Path(tempfile.mkdtemp(prefix="small-broker-"))
    locks: dict[str, asyncio.Lock] = {}
    clients: set[Client] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(locks, writer)
        clients.add(client)
        requests = set()
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                request = asyncio.create_task(client.serve(line))
                requests.add(request)
                request.add_done_callback(requests.discard)
        for request in list(requests):
            request.cancel()
        client.end()
        clients.discard(client)
        writer.close()

    await asyncio.start_unix_server(connected, place / "leases")
    print(json.dumps({"socket": str(place / "leases")}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for client in clients:
        client.end()
    shutil.rmtree(place)


if __name__ == "__main__":
    if sys.argv[1:] != ["broker"]:
        sys.exit("usage: taskgraph broker")
    asyncio.run(main())
