"""Phase 2C on the example, in the clone of Phase 1: all models get tests, which pass, keep what is there, and are written once."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from program import Run, taskgraph

from conftest import PhaseOne, figure

TASKS = {"phase2/2c/model-tests", "phase2/2c/models"}
KEPT = ("test_audit.py", "test_baseline.py")
SEED = {
    f"test_{name}.py" for name in ("camera", "detection", "event", "zone", "alert", "api_key", "gpu_stats", "enums")
}


@pytest.fixture(scope="module")
def first(phase1: PhaseOne) -> Run:
    run = taskgraph("phase2/2c/models", root=phase1.root)
    figure(f"phase 2C, first run: {run.figures}")
    return run


def reports(phase1: PhaseOne, task: str, name: str) -> Path:
    return phase1.root / ".taskgraph/reports/phase2/2c" / task / "reports" / name


def test_every_model_has_tests_and_they_pass(phase1: PhaseOne, first: Run):
    assert first.tasks("started") >= TASKS
    seen = json.loads(reports(phase1, "model-tests", "model-tests.json").read_text())
    assert (seen["models"], seen["tested"]) == (10, 10)
    written = {Path(name).name for name in seen["written"]}
    assert written >= SEED
    assert written.isdisjoint(KEPT)
    suite = ElementTree.parse(reports(phase1, "models", "models.xml")).getroot()[0]
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    assert int(suite.get("tests")) >= 100
    figure(f"phase 2C: {suite.get('tests')} tests of {seen['models']} models")


def test_a_second_run_writes_nothing(phase1: PhaseOne, first: Run):
    assert taskgraph("phase2/2c/models", root=phase1.root).tasks("started") == set()
