"""Phase 1 on pip projects of other shapes, as a person would point it at theirs: `--var repo=PATH`."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from program import REPOSITORY, Tree, taskgraph

from conftest import Checkout

PROJECTS = REPOSITORY / "Phases/steps/tests/projects"
# All that edits the tree; leaves out what only measures.
TARGET = "phase1/pytest-config"
STEPS = {f"phase1/{name}" for name in ("uv-migration", "hypothesis", "venv", "hypothesis-profiles", "pytest-config")}
# What cannot be carried over, as file and line.
NOT_CARRIED = {
    "flat": {("requirements-dev.txt", 3)},
    "layered": set(),
    "hashed": {("pytest.ini", 1)},
}


@pytest.fixture(scope="module", params=sorted(NOT_CARRIED))
def project(request: pytest.FixtureRequest, checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a fixture project, after Phase 1 ran on it."""
    copy = tmp_path_factory.mktemp("project") / request.param
    shutil.copytree(PROJECTS / request.param, copy, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    before = Tree.of(copy)
    run = taskgraph("--var", f"repo={copy}", TARGET, root=checkout.root)
    assert run.tasks("started") >= STEPS
    assert Tree.of(copy) == before
    return copy


def test_it_becomes_a_uv_project(checkout: Checkout, project: Path, tmp_path: Path):
    taskgraph("--var", f"repo={project}", "export", TARGET, tmp_path / "view", root=checkout.root)
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=tmp_path / "view", check=True)
    left = {path.name for path in (tmp_path / "view").rglob("*") if ".venv" not in path.parts}
    assert not [name for name in left if "requirements" in name or name in {"constraints.txt", "pytest.ini"}]
    assert {"pyproject.toml", "uv.lock", ".python-version"} <= left
    # The environment is part of the view, and works where it was copied to.
    command = [tmp_path / "view/.venv/bin/python", "-c", "import hypothesis, pytest"]
    subprocess.run(command, cwd=tmp_path, check=True)


def test_nothing_is_dropped_silently(checkout: Checkout, project: Path):
    taskgraph("--var", f"repo={project}", TARGET, root=checkout.root)
    reports = [checkout.report(task, f"{task}.json") for task in ("uv-migration", "pytest-config")]
    findings = [found for report in reports for found in json.loads(report.read_text())["findings"]]
    left_behind = {(found["file"], found["line"]) for found in findings if found["level"] == "not carried"}
    assert left_behind == NOT_CARRIED[project.name]
    assert all(found["reason"] for found in findings)


def test_one_changed_requirement_reruns_what_depends_on_it(checkout: Checkout, project: Path):
    if project.name != "flat":
        pytest.skip("one project is enough")
    requirements = project / "requirements-dev.txt"
    requirements.write_text(requirements.read_text().replace("iniconfig==2.1.0", "iniconfig==2.0.0"))
    run = taskgraph("--var", f"repo={project}", TARGET, root=checkout.root)
    assert run.tasks("started") == STEPS
    assert run.tasks("finished", outcome="up-to-date") == {"tools"}
    assert run.reason("phase1/uv-migration") == "requirements-dev.txt changed"


def test_one_changed_test_reruns_what_reads_tests(checkout: Checkout, project: Path):
    if project.name != "flat":
        pytest.skip("one project is enough")
    test = project / "tests/test_app.py"
    test.write_text(test.read_text() + "\n\ndef test_more():\n    pass\n")
    run = taskgraph("--var", f"repo={project}", TARGET, root=checkout.root)
    assert run.tasks("started") == {"phase1/hypothesis-profiles", "phase1/pytest-config"}
    assert run.reason("phase1/hypothesis-profiles") == "tests/test_app.py changed"
