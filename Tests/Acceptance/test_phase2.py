"""Phases 2A and 3 on the example, in the clone of Phase 1: an edit of one test module repeats that module's work only where
the work is split by module, and nothing is repeated without an edit."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from program import Run, taskgraph

from conftest import PhaseOne, clone, figure

TARGETS = ("phase2/2a", "phase3")
TESTS = Path("backend/tests/integration")
EDITED = str(TESTS / "test_zones_api.py")
STEPS = {"phase2/2a/isolate-fixtures", "phase2/2a/venv"} | {
    f"phase3/{name}" for name in ("xdist-worksteal", "worksteal-lint", "ci-blocking", "parallel")
}
# What looks at all tests together: it runs again, and but for the module makes what it made before.
WHOLE = {f"phase1/{name}" for name in ("hypothesis-profiles", "pytest-config")} | {
    "phase2/2a/isolate-fixtures",
    *(f"phase3/{name}" for name in ("xdist-worksteal", "worksteal-lint", "parallel")),
}


def instance(module: str) -> str:
    return f"phase2/2a/integration[{module}]"


@pytest.fixture(scope="module")
def modules(phase1: PhaseOne) -> set[str]:
    """The example's test modules, as the instances are called."""
    found = {instance(str(path.relative_to(phase1.example))) for path in (phase1.example / TESTS).rglob("test_*.py")}
    assert len(found) > 5
    return found


@pytest.fixture(scope="module")
def first(phase1: PhaseOne) -> Run:
    run = taskgraph(*TARGETS, root=phase1.root)
    figure(f"phases 2A and 3, first run: {run.figures}")
    return run


def number_of_tests(phase1: PhaseOne, task: str) -> int:
    """How many tests a task's report tells of; none of them failed."""
    [report] = (phase1.root / ".taskgraph/reports" / task).rglob("*.xml")
    suite = ElementTree.parse(report).getroot()[0]
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    return int(suite.get("tests"))


def test_the_first_run_runs_every_module_by_itself(phase1: PhaseOne, first: Run, modules: set[str]):
    # Phase 2C may have been run in this clone before, and shares these.
    shared = {"phase2/2a/isolate-fixtures", "phase2/2a/venv"}
    assert first.tasks("started") | shared == STEPS | modules
    counted = {module: number_of_tests(phase1, module) for module in modules}
    assert min(counted.values()) > 0
    assert sum(counted.values()) == number_of_tests(phase1, "phase3/parallel")


def test_a_second_run_and_a_fresh_clone_run_nothing(phase1: PhaseOne, first: Run, modules: set[str], tmp_path: Path):
    second = taskgraph(*TARGETS, root=phase1.root)
    figure(f"phases 2A and 3, second run: {second.figures}")
    assert second.tasks("started") == set()
    assert second.tasks("finished", outcome="up-to-date") >= STEPS | modules
    beside = taskgraph(*TARGETS, root=clone(tmp_path / "beside"), TASKGRAPH_CACHE=phase1.cache)
    figure(f"phases 2A and 3, fresh clone with the same cache: {beside.figures}")
    assert beside.tasks("started") == set()
    assert beside.tasks("finished", outcome="restored") >= STEPS | modules


def test_an_edited_module_repeats_its_own_work(phase1: PhaseOne, first: Run, modules: set[str]):
    file = phase1.example / EDITED
    before, text = number_of_tests(phase1, instance(EDITED)), file.read_text()
    try:
        file.write_text(text + "\n\nasync def test_no_camera_has_no_zones(client):\n    assert LEFT_HALF\n")
        run = taskgraph(*TARGETS, root=phase1.root)
        after = number_of_tests(phase1, instance(EDITED))
    finally:
        file.write_text(text)
    figure(f"phases 2A and 3, one test module edited: {run.figures}")
    assert run.tasks("started") == WHOLE | {instance(EDITED)}
    assert run.reason(instance(EDITED)) == f"{EDITED} changed"
    assert run.tasks("finished", outcome="up-to-date") >= (modules - {instance(EDITED)}) | {"phase2/2a/venv"}
    assert after == before + 1
