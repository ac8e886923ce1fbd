"""Phase 1 on pip projects of other shapes, as a person would point it at theirs: `--var repo=PATH`."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from program import REPOSITORY, Tree, taskgraph

from conftest import PhaseOne

PROJECTS = REPOSITORY / "Phases/steps/tests/projects"
# All that edits the tree; leaves out what only measures.
TARGET = "phase1/pytest-config"
STEPS = {f"phase1/{name}" for name in ("uv-migration", "hypothesis", "venv", "hypothesis-profiles", "pytest-config")}
# What cannot be carried over, as file and line.
NOT_CARRIED = {
    "flat": {("requirements-dev.txt", 3), ("requirements-dev.txt", 4)},
    "layered": set(),
    "hashed": set(),
}


@pytest.fixture(scope="module", params=sorted(NOT_CARRIED))
def project(request: pytest.FixtureRequest, phase1: PhaseOne, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a fixture project, after Phase 1 ran on it."""
    copy = tmp_path_factory.mktemp("project") / request.param
    shutil.copytree(PROJECTS / request.param, copy, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    before = Tree.of(copy)
    run = taskgraph("--var", f"repo={copy}", TARGET, root=phase1.root)
    assert run.tasks("started") >= STEPS
    assert Tree.of(copy) == before
    return copy


def test_it_becomes_a_uv_project(phase1: PhaseOne, project: Path, tmp_path: Path):
    taskgraph("--var", f"repo={project}", "export", TARGET, tmp_path / "view", root=phase1.root)
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=tmp_path / "view", check=True)
    left = {path.name for path in (tmp_path / "view").rglob("*") if ".venv" not in path.parts}
    assert not [name for name in left if "requirements" in name or name in {"constraints.txt", "pytest.ini"}]
    assert {"pyproject.toml", "uv.lock", ".python-version", ".venv"} <= left


def test_nothing_is_dropped_silently(phase1: PhaseOne, project: Path):
    taskgraph("--var", f"repo={project}", TARGET, root=phase1.root)
    report = json.loads(phase1.report("uv-migration", "uv-migration.json").read_text())
    left_behind = {(found["file"], found["line"]) for found in report["findings"] if found["level"] == "not carried"}
    assert left_behind == NOT_CARRIED[project.name]


def test_one_changed_requirement_reruns_what_depends_on_it(phase1: PhaseOne, project: Path):
    if project.name != "flat":
        pytest.skip("one project is enough")
    requirements = project / "requirements-dev.txt"
    requirements.write_text(requirements.read_text().replace("iniconfig==2.1.0", "iniconfig==2.0.0"))
    run = taskgraph("--var", f"repo={project}", TARGET, root=phase1.root)
    assert run.tasks("started") == STEPS
    assert run.tasks("finished", outcome="up-to-date") == {"tools"}
    assert run.reason("phase1/uv-migration") == "requirements-dev.txt changed"


def test_one_changed_test_reruns_what_reads_tests(phase1: PhaseOne, project: Path):
    if project.name != "flat":
        pytest.skip("one project is enough")
    test = project / "tests/test_app.py"
    test.write_text(test.read_text() + "\n\ndef test_more():\n    pass\n")
    run = taskgraph("--var", f"repo={project}", TARGET, root=phase1.root)
    assert run.tasks("started") == {"phase1/hypothesis-profiles", "phase1/pytest-config"}
    assert run.reason("phase1/hypothesis-profiles") == "tests/test_app.py changed"
