"""`@pytest.mark.serial` and `taskgraph_serial`: what no two workers do at a time. Knows no service."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import pytest

from pytest_taskgraph.failing import failing
from pytest_taskgraph.finding import Leases
from pytest_taskgraph.mutex import Mutexes

DEFAULT = "serial"
_held = pytest.StashKey[ExitStack]()


class Serial:
    """Holds the locks of a test from before its fixtures are set up until they are torn down."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._mutexes = Mutexes()

    def holding(self, name: str = DEFAULT) -> AbstractContextManager[None]:
        return self._mutexes.holding(name, self._leases.locks())

    # Not the first of all: a test that is skipped waits for nobody.
    @pytest.hookimpl
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        names = {_name(marker) for marker in item.iter_markers("serial")}
        if not names:
            return
        held = item.stash[_held] = ExitStack()
        with failing():
            for name in sorted(names):  # in one order everywhere, or two tests with two locks wait for each other
                held.enter_context(self.holding(name))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> object:
        try:
            return (yield)
        finally:
            if held := item.stash.get(_held, None):
                del item.stash[_held]
                with failing(unless_lost=True):
                    held.close()

    @pytest.fixture(scope="session", name="taskgraph_serial")
    def fixture(self) -> Callable[..., AbstractContextManager[None]]:
        """`with taskgraph_serial("name"):` no other worker is within a `with` of that name, or in a test marked so."""
        return self.holding


def _name(marker: pytest.Mark) -> str:
    return str(marker.args[0] if marker.args else marker.kwargs.get("name", DEFAULT))
