"""What the tests share: a broker to start, and pytest in a directory of its own. Judges nothing."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

#: What a test's own environment must not decide.
CLEARED = ("TASKGRAPH_LEASES", "TASKGRAPH_BINARY", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID")
TIMEOUT = 120.0


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The binary whose `broker` is started: taskgraph itself if TASKGRAPH_BINARY names it, else a small one in Python."""
    if named := os.environ.get("TASKGRAPH_BINARY"):
        # One for all tests: it holds the cluster that databases are cloned from.
        os.environ["TASKGRAPH_CACHE"] = str(tmp_path_factory.mktemp("cache"))
        yield named
        return
    small = tmp_path_factory.mktemp("bin") / "taskgraph"
    small.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("small_broker.py")}" "$@"\n')
    small.chmod(0o755)
    home = Path(tempfile.mkdtemp(prefix="small-broker-", dir="/dev/shm"))
    home.chmod(0o755)
    os.environ["SMALL_BROKER_HOME"] = str(home)
    yield str(small)
    shutil.rmtree(home)


@pytest.fixture
def alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A directory for a suite; no broker, and no container engine."""
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{pytester.path}/no-docker.sock")
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -ra --strict-markers\n")
    return pytester


@pytest.fixture
def suite(alone: pytest.Pytester, broker: str, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The same, with a broker to start."""
    monkeypatch.setenv("TASKGRAPH_BINARY", broker)
    return alone


Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """pytest as a process of its own, never longer than two minutes."""
    return lambda *arguments: pytester.runpytest_subprocess(*arguments, timeout=TIMEOUT)
