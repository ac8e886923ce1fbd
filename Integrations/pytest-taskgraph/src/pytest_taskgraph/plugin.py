"""What pytest loads: settings, the fixtures, the marker, and who starts and ends the broker."""

from collections.abc import Generator
from typing import Any

import pytest

from pytest_taskgraph import fixtures
from pytest_taskgraph.brokered import Patience
from pytest_taskgraph.finding import WORKER_INPUT, Leases
from pytest_taskgraph.fixtures import LEASES
from pytest_taskgraph.serial import Serial

_SETTINGS = {
    "taskgraph_lease_timeout": ("seconds that a service may take to be ready", f"{Patience.lease:g}"),
    "taskgraph_serial_timeout": ("seconds that a serial test waits for the others", f"{Patience.serial:g}"),
    "taskgraph_postgres_image": ("image of PostgreSQL, where only containers are to be had", "postgres:17-alpine"),
    "taskgraph_redis_image": ("image of Redis, where only containers are to be had", "redis:7-alpine"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, (meaning, default) in _SETTINGS.items():
        parser.addini(name, f"{meaning} (default: {default})", default=default)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", 'serial(name="serial"): no two workers run tests of one name at a time, whatever xdist schedules'
    )
    leases = config.stash[LEASES] = Leases(
        directory=config.rootpath, patience=_patience(config), images=_images(config),
        told=getattr(config, "workerinput", {}).get(WORKER_INPUT),
    )  # fmt: skip
    config.pluginmanager.register(fixtures, "pytest_taskgraph.fixtures")
    config.pluginmanager.register(Serial(leases), "pytest_taskgraph.serial")
    if config.pluginmanager.hasplugin("asyncio"):
        _register_asyncio(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if leases := config.stash.get(LEASES, None):
        leases.close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """In the controller of pytest-xdist, before a worker starts, and before one that replaces it."""
    node.config.stash[LEASES].tell(node.workerinput)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A service that died fails its module's other tests with the reason, not with refused connections."""
    for lost in _lost(item):
        pytest.fail(lost, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    if report.failed:
        report.sections += [("taskgraph", lost) for lost in _lost(item)]
    return report


def _lost(item: pytest.Item) -> list[str]:
    held = item.config.stash[LEASES].held
    return [lease.lost for lease in held if lease.lost and item.nodeid.startswith(f"{lease.owner}::")]


def _patience(config: pytest.Config) -> Patience:
    return Patience(
        lease=_seconds(config, "taskgraph_lease_timeout"), serial=_seconds(config, "taskgraph_serial_timeout")
    )


def _seconds(config: pytest.Config, name: str) -> float:
    text = config.getini(name)
    try:
        return float(text)
    except ValueError:
        raise pytest.UsageError(f'{name} is "{text}", which is no number of seconds') from None


def _images(config: pytest.Config) -> dict[str, str]:
    return {name: config.getini(f"taskgraph_{name}_image") for name in ("postgres", "redis")}


def _register_asyncio(config: pytest.Config) -> None:
    try:
        from pytest_taskgraph import asyncio_fixtures
    except (ImportError, TypeError):  # before 0.24 it knew no loop_scope; who asks for the session is told
        return
    config.pluginmanager.register(asyncio_fixtures, "pytest_taskgraph.asyncio_fixtures")
