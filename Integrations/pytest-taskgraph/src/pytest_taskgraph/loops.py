"""Which of the fixtures behind `taskgraph_async_session` runs on the event loop of the test. Opens nothing.

A fixture of pytest-asyncio runs on the loop of its scope and one of anyio on the loop of its backend; a connection works
only on the loop that opened it. So there is one fixture for each, and the test that asks gets the one on its own loop.
"""

from typing import Literal

import pytest

#: pytest-asyncio's scopes of event loops.
Scope = Literal["function", "class", "module", "package", "session"]
SCOPES: tuple[Scope, ...] = ("function", "class", "module", "package", "session")

_NOBODY = (
    "taskgraph_async_session needs a plugin that runs async fixtures: pytest-asyncio 0.24 or later, or anyio's. "
    "Install one of them"
)
_NOT_ASYNCIO = 'taskgraph_async_session needs asyncio, which SQLAlchemy uses; this test runs on anyio\'s backend "{}"'


def fixture_for(request: pytest.FixtureRequest) -> str:
    """The name of the fixture. Fails the test when nothing here runs async fixtures."""
    if "anyio_backend" in request.fixturenames:
        backend = request.getfixturevalue("anyio_backend_name")
        if backend != "asyncio":
            pytest.fail(_NOT_ASYNCIO.format(backend), pytrace=False)
        return "_taskgraph_anyio_session"
    if not request.config.pluginmanager.hasplugin("pytest_taskgraph.asyncio_fixtures"):
        pytest.fail(_NOBODY, pytrace=False)
    return f"_taskgraph_asyncio_{_scope(request)}_session"


def _scope(request: pytest.FixtureRequest) -> str:
    marker = request.node.get_closest_marker("asyncio")
    said = marker and (marker.kwargs.get("loop_scope") or marker.kwargs.get("scope"))
    return str(said or _setting(request.config) or "function")


def _setting(config: pytest.Config) -> str | None:
    try:
        return str(config.getini("asyncio_default_test_loop_scope")) or None
    except (KeyError, ValueError):  # before pytest-asyncio 0.26
        return None
