"""Services by testcontainers, one container a lease: the last resort, seconds instead of milliseconds. Speaks no protocol."""

import importlib
import importlib.util
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from pytest_taskgraph.errors import LeaseError
from pytest_taskgraph.lessor import Lease, Service

# The data of a test need not survive anything.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def unavailable() -> str | None:
    """Why there can be no containers here; None when there can."""
    if importlib.util.find_spec("testcontainers") is None:
        return "testcontainers is not installed"
    client = importlib.import_module("testcontainers.core.docker_client")
    try:
        client.DockerClient().client.ping()
    except Exception as error:  # what an engine that is not there raises differs from transport to transport
        return f"testcontainers is installed, but no container engine answers ({type(error).__name__})"
    return None


class Contained:
    """A lessor of two services, `postgres` and `redis`."""

    services: tuple[Service, ...] = (Service("postgres", "postgres"), Service("redis", "redis"))

    def __init__(self, images: Mapping[str, str]) -> None:
        """`images` names the image of each service."""
        self._images = images
        self._running: list[Any] = []

    def lease(self, service: str, *, owner: str) -> Lease:
        starters: dict[str, Callable[[str], tuple[Any, dict[str, Any]]]] = {"postgres": _postgres, "redis": _redis}
        if service not in starters:
            raise LeaseError(
                f'service "{service}" for {owner}: containers stand in for postgres and redis only',
                kind="unknown-service",
            )
        try:
            container, address = starters[service](self._images[service])
        except Exception as error:  # the engine's, the image's and the network's failures have no common ancestor
            what = f"{type(error).__name__}: {error}"
            raise LeaseError(f'service "{service}" for {owner}: {what}', kind="service-failed") from error
        self._running.append(container)
        return Lease(service, owner, address, {}, lambda: self._stop(container))

    def close(self) -> None:
        while self._running:
            self._stop(self._running[-1])

    def _stop(self, container: Any) -> None:
        if container in self._running:
            self._running.remove(container)
            container.stop()


def _postgres(image: str) -> tuple[Any, dict[str, Any]]:
    settings = [word for setting in _FAST for word in ("-c", setting)]
    password = secrets.token_hex(12)
    container = _module("postgres").PostgresContainer(
        image, username="postgres", password=password, dbname="app", driver=None
    )
    # A directory that no image uses: where the data lies by default depends on the version.
    container.with_command(["postgres", *settings]).with_env("PGDATA", "/taskgraph/data")
    container.with_env("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8 --auth-host=scram-sha-256")
    if hasattr(container, "with_tmpfs_mount"):
        container.with_tmpfs_mount("/taskgraph")
    else:
        container.with_kwargs(tmpfs={"/taskgraph": "rw"})
    return _started(container, 5432, {"user": "postgres", "password": password, "database": "app"})


def _redis(image: str) -> tuple[Any, dict[str, Any]]:
    password = secrets.token_hex(12)
    container = _module("redis").RedisContainer(image, password=password)
    return _started(container, 6379, {"password": password})


def _started(container: Any, port: int, address: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """With its address. Raises what testcontainers does; nothing of it is left then."""
    if _is_local(container):
        # By itself testcontainers publishes to the network that the machine is in.
        container.ports = {number: ("127.0.0.1", None) for number in container.ports}
    try:
        container.start()
        host = container.get_container_host_ip()
        address["host"] = "127.0.0.1" if host == "localhost" else host
        return container, address | {"port": int(container.get_exposed_port(port))}
    except BaseException:
        container.stop()
        raise


def _is_local(container: Any) -> bool:
    """Whether what it publishes is reached on this machine's own loopback."""
    client = container.get_docker_client()
    mode = getattr(client, "get_connection_mode", lambda: None)()
    return getattr(mode, "value", "") == "docker_host" and client.host() == "localhost"


def _module(name: str) -> Any:
    """Where testcontainers 4.15 has it, else where earlier ones have."""
    try:
        return importlib.import_module(f"testcontainers.community.{name}")
    except ModuleNotFoundError:
        return importlib.import_module(f"testcontainers.{name}")
