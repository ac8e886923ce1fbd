"""The same servers in containers: `podman run`, and testcontainers as it is shipped and tuned. Installs nothing.

The images are made here (Tests/Images/build), since a registry is not to be had everywhere; `Benchmarks/setup --containers`
does that, and installs podman and testcontainers.
"""

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..rig import Rig
from ..tools import REPOSITORY
from .answers import POSTGRES, REDIS, Address, Server, ServerFailed, wait_until_up
from .plain import free_port

PODMAN, SHIPPED, TUNED = "podman run", "testcontainers", "testcontainers tuned"
IMAGES = REPOSITORY / "Tests/Images/build"
INTERPRETER = REPOSITORY / ".build-tools/testcontainers/bin/python"
PASSWORD = "benchmark"
# For where podman's own settings do not suit: few limits may be raised, cgroups are mounted as they are.
SETTINGS = """\
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
"""
PORTS = {"postgres": 5432, "redis": 6379}


class NotHere(Exception):
    """Why there can be no containers."""


@dataclass
class Engine:
    """podman with settings under which it can run something, and the images by server."""

    environment: dict[str, str]
    images: dict[str, str]

    def start(self, server: Server) -> tuple[float, float]:
        """Seconds from nothing until it is up on a port of ours, and on to its first answer."""
        port = free_port()
        address = address_of(server, port)
        began = time.monotonic()
        variables = ["-e", f"POSTGRES_PASSWORD={PASSWORD}"] if server is POSTGRES else []
        # Without a password Redis talks to nobody outside of its container.
        command = ["redis-server", "--requirepass", PASSWORD] if server is REDIS else []
        publish = f"127.0.0.1:{port}:{PORTS[server.name]}"
        name = self.podman("run", "-d", "--rm", "-p", publish, *variables, self.images[server.name], *command)
        try:
            wait_until_up(server, address, lambda: None)
            up = time.monotonic()
            server.ask(address)
            answered = time.monotonic()
        finally:
            self.podman("rm", "-f", "-t", "0", "-v", name)
        return up - began, answered - began

    def podman(self, *words: str) -> str:
        return output(["podman", *words], self.environment)


def address_of(server: Server, port: int) -> Address:
    return Address("127.0.0.1", port, *(("postgres", PASSWORD, "postgres") if server is POSTGRES else ("", PASSWORD)))


def peers(rig: Rig, stack: ExitStack) -> tuple[dict[str, Callable[[Server], tuple[float, float]]], dict[str, str]]:
    """The ways that can be gone here, and why the others cannot. What is started ends with the stack."""
    rig.say("services: podman and images")
    try:
        engine = find_engine(rig.directory)
    except NotHere as reason:
        return {}, dict.fromkeys([PODMAN, SHIPPED, TUNED], str(reason))
    ways: dict[str, Callable[[Server], tuple[float, float]]] = {PODMAN: engine.start}
    try:
        contained = stack.enter_context(Contained(engine, rig.directory))
    except NotHere as reason:
        return ways, dict.fromkeys([SHIPPED, TUNED], str(reason))
    ways[SHIPPED] = lambda server: contained.start(server, tuned=False)
    ways[TUNED] = lambda server: contained.start(server, tuned=True)
    return ways, {}


def find_engine(directory: Path) -> Engine:
    """Raises NotHere."""
    if not shutil.which("podman"):
        raise NotHere("podman is not here; Benchmarks/setup --containers installs it")
    if not IMAGES.exists():
        raise NotHere(f"Tests/Images/{IMAGES.name} is not here, which makes the images")
    settings = directory.resolve() / "containers.conf"
    settings.write_text(SETTINGS)
    why = ""
    for environment in (dict(os.environ), os.environ | {"CONTAINERS_CONF": str(settings)}):
        try:
            images = output([str(IMAGES), "podman"], environment).split()
            if len(images) != len(PORTS):
                raise ServerFailed(f"{IMAGES.name} named {images} instead of an image for each server")
            output(["podman", "run", "--rm", "--entrypoint", "env", images[-1]], environment)
            return Engine(environment, dict(zip(PORTS, images, strict=True)))
        except ServerFailed as error:
            why = str(error).splitlines()[-1]
    raise NotHere(f"podman cannot run here: {why}")


class Contained:
    """testcontainers in an interpreter that has imported it before anything is timed, on podman's Docker-like socket."""

    def __init__(self, engine: Engine, directory: Path):
        self.engine = engine
        self.socket = directory / "podman.sock"
        self.stack = ExitStack()
        self.log = directory / "testcontainers.log"

    def __enter__(self) -> "Contained":
        with self.stack:
            if not INTERPRETER.exists() or not has_testcontainers(INTERPRETER):
                raise NotHere("testcontainers is not here; Benchmarks/setup --containers installs it")
            self.serve()
            variables = {
                "DOCKER_HOST": f"unix://{self.socket}",
                "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
                "TESTCONTAINERS_RYUK_DISABLED": "true",
            }
            words = [INTERPRETER, Path(__file__).with_name("testcontainers_side.py")]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            with self.log.open("w") as log:
                self.side = subprocess.Popen(words, env=self.engine.environment | variables, stderr=log, **pipes)
            # Left first: its containers are stopped through the socket.
            self.stack.callback(self.end)
            # It has imported what it needs.
            self.say("nothing")
            self.stack = self.stack.pop_all()
        return self

    def __exit__(self, *error) -> None:
        self.stack.__exit__(*error)

    def end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.side.stdin.close()
        self.side.wait()
        self.side.stdout.close()

    def serve(self) -> None:
        words = ["podman", "system", "service", "--time", "0", f"unix://{self.socket}"]
        service = subprocess.Popen(words, env=self.engine.environment, stderr=subprocess.DEVNULL)
        self.stack.enter_context(service)
        self.stack.callback(service.terminate)
        deadline = time.monotonic() + 30
        while not self.socket.exists():
            if service.poll() is not None or time.monotonic() > deadline:
                raise NotHere("podman opens no socket here")
            time.sleep(0.01)

    def start(self, server: Server, *, tuned: bool) -> tuple[float, float]:
        began = time.monotonic()
        port = self.say("start", server=server.name, image=self.engine.images[server.name], tuned=tuned)["port"]
        up = time.monotonic()
        server.ask(Address("127.0.0.1", port, *(("test", "test", "test") if server is POSTGRES else ("", "test"))))
        answered = time.monotonic()
        self.say("stop")
        return up - began, answered - began

    def say(self, what: str, **more: object) -> dict:
        with contextlib.suppress(BrokenPipeError):
            self.side.stdin.write(json.dumps({"do": what, **more}) + "\n")
            self.side.stdin.flush()
        line = self.side.stdout.readline()
        if not line:
            raise ServerFailed(f"testcontainers ended at {what}:\n{self.log.read_text()[-2000:]}")
        return json.loads(line)


def has_testcontainers(python: Path) -> bool:
    words = [python, "-c", "import importlib.util as u, sys; sys.exit(not u.find_spec('testcontainers'))"]
    return subprocess.run(words).returncode == 0


def output(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise ServerFailed(f"{' '.join(command[:3])} ended with {done.returncode}:\n{done.stderr.strip()[-2000:]}")
    return done.stdout.strip()
