"""`taskgraph broker` and a small client of its lease protocol (docs/leases.md). Knows nothing of what it leases."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..measure import DROPPED
from .answers import PATIENCE, Address, ServerFailed


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in DROPPED}


class Broker:
    """Leases servers until it is left."""

    def __init__(self, binary: Path, directory: Path, *services: str, jobs: int):
        self.process = subprocess.Popen(
            [binary, "broker", *services, "-j", str(jobs)],
            cwd=directory,
            env=environment() | {"TASKGRAPH_CACHE": str(directory / "cache")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise ServerFailed(f"taskgraph broker ended with {self.process.wait()}")
        self.socket = Path(json.loads(line)["socket"])

    def __enter__(self) -> "Broker":
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        if status != 0:
            raise ServerFailed(f"taskgraph broker ended with {status}")

    @property
    def home(self) -> Path:
        """The directory of everything that its instances have on tmpfs."""
        return self.socket.parents[1]


class Client:
    """A connection; what it holds is given back when it is closed."""

    def __init__(self, broker: Broker):
        self.number = 0
        self.rest = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(broker.socket))
        self.ask("hello", protocol=1, client="Benchmarks")

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def ask(self, op: str, **members: object) -> dict[str, Any]:
        """The answer. Raises ServerFailed when it is none, or when an instance has died."""
        self.number += 1
        self.socket.sendall(json.dumps({"id": self.number, "op": op, **members}).encode() + b"\n")
        while b"\n" not in self.rest:
            more = self.socket.recv(1 << 16)
            if not more:
                raise ServerFailed(f'the broker hung up at "{op}"')
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        answer = json.loads(line)
        if not answer.get("ok") or answer["id"] != self.number:
            raise ServerFailed(f'"{op}" was answered by {line.decode()}')
        return answer

    def lease(self, service: str) -> tuple[str, Address]:
        answer = self.ask("lease", service=service, owner="Benchmarks")
        return answer["lease"], address_of(answer["address"])

    def release(self, lease: str) -> None:
        self.ask("release", lease=lease)

    def settled(self, service: str, *, spare: int = 0, until: Callable[[], bool] = lambda: True) -> dict[str, int]:
        """Waits until nothing starts or stops and that many are spare; how many instances there are then."""
        deadline = time.monotonic() + PATIENCE
        while True:
            counts = next(entry for entry in self.ask("status")["services"] if entry["name"] == service)
            if counts["starting"] == counts["stopping"] == 0 and counts["spare"] >= spare and until():
                return counts
            if time.monotonic() > deadline:
                raise ServerFailed(f"{service} did not come to rest within {PATIENCE:g} s: {counts}")
            time.sleep(0.005)


def address_of(members: dict[str, Any]) -> Address:
    words = {name: members.get(name, "") for name in ("user", "password", "database")}
    return Address(members["host"], members["port"], **words)
