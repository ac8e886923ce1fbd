"""`-n auto` in tasks: pytest-xdist starts as many workers as the task has job slots, in one task and in several at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Every worker leaves a file as long as it lives, and counts those of all sessions; tests wait for all of them.
CONFTEST = """
import os, pathlib, pytest

PLACE = pathlib.Path(os.environ["PLACE"])

def pytest_configure(config):
    if not hasattr(config, "workerinput"): return
    (PLACE / "live" / str(os.getpid())).touch()
    (PLACE / "started" / str(os.getpid())).touch()

def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"): return
    (PLACE / "live" / str(os.getpid())).unlink()
"""
TESTS = """
import os, pathlib, threading, pytest

PLACE = pathlib.Path(os.environ["PLACE"])
WANTED = int(os.environ["WANTED"])

@pytest.mark.parametrize("number", range(8))
def test_company(number, worker_id):
    while len(list((PLACE / "started").iterdir())) < WANTED: threading.Event().wait(0.01)
    with (PLACE / "seen").open("a") as seen: print(len(list((PLACE / "live").iterdir())), worker_id, file=seen)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "conftest.py").write_text(CONFTEST)
    (tmp_path / "suite" / "test_company.py").write_text(TESTS)
    for name in ("live", "started"):
        (tmp_path / name).mkdir()
    return tmp_path


def taskgraph(project: Path, sessions: int, jobs: int, workers: int, keys: str = "") -> tuple[int, set[str]]:
    """Runs so many pytests side by side, which wait for so many workers: the most that lived at once, and the names of workers that had tests."""
    binary = os.environ.get("TASKGRAPH_BINARY")
    if not binary:
        pytest.skip("TASKGRAPH_BINARY does not name a taskgraph")
    command = json.dumps([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "auto", "suite"])
    each = ", ".join(f"s{number}" for number in range(sessions))
    (project / "tasks.yaml").write_text(f"""version: 1
tests:
  each: [{each}]
  env: {{PLACE: "{project}", WANTED: "{workers}"}}
  timeout: 100s
  {keys}
  run: {command}
""")
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "TASKGRAPH_JOBS")}
    run = subprocess.run(
        [binary, "-C", str(project), "run", f"-j{jobs}"], env=environment, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stdout + run.stderr
    seen = [line.split() for line in (project / "seen").read_text().splitlines()]
    return max(int(count) for count, _ in seen), {worker for _, worker in seen}


def test_four_sessions_share_four_slots(project: Path) -> None:
    assert taskgraph(project, sessions=4, jobs=4, workers=4) == (4, {"gw0"})


def test_a_session_has_the_workers_that_it_declares(project: Path) -> None:
    assert taskgraph(project, sessions=2, jobs=6, workers=6, keys="cpus: 3") == (6, {"gw0", "gw1", "gw2"})


def test_no_more_than_there_are(project: Path) -> None:
    assert taskgraph(project, sessions=1, jobs=3, workers=3, keys="cpus: 99") == (3, {"gw0", "gw1", "gw2"})
