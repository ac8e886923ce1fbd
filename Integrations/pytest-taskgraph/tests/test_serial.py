"""No two workers run serial tests of one name at a time: with a broker, and with file locks where there is none."""

import pytest

from conftest import Run

# Whoever is alone can create the file; the pause gives the others time to try.
CRITICAL = """
import contextlib, os, pathlib, threading
import pytest

@contextlib.contextmanager
def alone():
    file = pathlib.Path("occupied")
    file.touch(exist_ok=False)
    threading.Event().wait(0.02)
    yield
    file.unlink()
"""
MARKED = (
    CRITICAL
    + """
@pytest.fixture
def occupied():
    with alone(): yield

@pytest.mark.serial("one")
@pytest.mark.parametrize("number", range(12))
def test_marked(number, occupied): pass

@pytest.mark.serial(name="one")
@pytest.mark.serial
def test_twice(occupied, taskgraph_serial):
    with taskgraph_serial("one"), taskgraph_serial(): pass

@pytest.mark.parametrize("number", range(12))
def test_with(number, taskgraph_serial):
    with taskgraph_serial("one"), alone(): pass
"""
)


def test_four_workers(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(MARKED)
    run("-n", "4", "--dist=load").assert_outcomes(passed=25)


def test_without_a_broker(alone: pytest.Pytester, run: Run) -> None:
    alone.makepyfile(MARKED)
    run("-n", "4", "--dist=load").assert_outcomes(passed=25)
    run("-p", "no:xdist").assert_outcomes(passed=25)


@pytest.mark.parametrize("fixture", ["suite", "alone"])
def test_a_dead_worker_holds_nothing(request: pytest.FixtureRequest, run: Run, fixture: str) -> None:
    request.getfixturevalue(fixture).makepyfile("""
import os, signal, pytest
@pytest.mark.serial
@pytest.mark.parametrize("number", range(4))
def test(number):
    if number == 0: os.kill(os.getpid(), signal.SIGKILL)
""")
    run("-n", "2").assert_outcomes(passed=3, failed=1)


def test_waiting_ends(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile("""
import pathlib, time, pytest
def wait_for(name):
    deadline = time.monotonic() + 60
    while not pathlib.Path(name).exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
def test_holds(taskgraph_serial):
    with taskgraph_serial("one"):
        pathlib.Path("held").touch()
        wait_for("refused")
def test_waits(taskgraph_serial):
    wait_for("held")
    with pytest.raises(Exception) as caught, taskgraph_serial("one"): pass
    pathlib.Path("refused").touch()
    assert str(caught.value) == 'the lock "one": no answer to "lock" within 3 s'
    # What was granted after that has been given back.
    wait_for("free")
def test_takes(taskgraph_serial):
    wait_for("refused")
    with taskgraph_serial("one"): pathlib.Path("free").touch()
""")
    run("-n", "3", "-o", "taskgraph_serial_timeout=3").assert_outcomes(passed=3)
