"""Phase 1 on the example, in a clean clone, with the optimised program: what it makes, and what it leaves alone.

The tests share one clone in which `taskgraph phase1` ran once, and give back what they change in it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from program import Tree, taskgraph

from conftest import PhaseOne, clone, figure, git

EDITING = {f"phase1/{name}" for name in ("uv-migration", "hypothesis", "venv", "hypothesis-profiles", "pytest-config")}
ALL = EDITING | {"phase1/install-times", "tools"}


def test_the_first_run_runs_every_task(phase1: PhaseOne):
    assert phase1.first.tasks("finished", outcome="succeeded") == ALL


def test_the_second_run_runs_nothing(phase1: PhaseOne):
    second = taskgraph("phase1", root=phase1.root)
    figure(f"second run: {second.figures}")
    assert second.tasks("finished", outcome="up-to-date") == ALL
    assert second.tasks("started") == set()


def test_touching_files_runs_nothing(phase1: PhaseOne):
    for path in phase1.example.rglob("*"):
        path.touch()
    for path in (phase1.root / "Phases/steps").rglob("*.*"):
        path.touch()
    assert taskgraph("phase1", root=phase1.root).tasks("finished", outcome="up-to-date") == ALL


def test_the_example_is_as_it_was(phase1: PhaseOne):
    assert Tree.of(phase1.example) == phase1.before
    assert git(phase1.root, "status", "--porcelain", "--ignored", "Examples") == ""


@pytest.fixture(scope="module")
def exported(phase1: PhaseOne, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example after Phase 1, as files."""
    directory = tmp_path_factory.mktemp("exported") / "view"
    taskgraph("export", "phase1", directory, root=phase1.root)
    return directory


def test_requirements_are_in_pyproject_and_the_lock(exported: Path):
    assert {path.name for path in exported.glob("*.toml")} == {"pyproject.toml"}
    assert (exported / "uv.lock").is_file()
    assert (exported / ".python-version").read_text() == "3.11\n"
    assert not [path for path in exported.rglob("*requirements*.txt") if ".venv" not in path.parts]
    assert not (exported / "pytest.ini").exists()
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=exported, check=True)


def collected(directory: Path, python: Path) -> list[str]:
    """The test ids that pytest itself lists in a directory."""
    command = [python, "-m", "pytest", "--collect-only", "-q", "-n0", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_pytest_lists_the_same_tests(phase1: PhaseOne, exported: Path, tmp_path: Path):
    # One interpreter for both, so that only the trees differ: their configuration and what the steps wrote.
    python = exported / ".venv/bin/python"
    before = collected(Path(shutil.copytree(phase1.example, tmp_path / "before")), python)
    assert before
    assert collected(exported, python) == before
    assert json.loads(phase1.report("pytest-config", "pytest-config.json").read_text())["ids"] == before


def test_pip_and_uv_are_measured_side_by_side(phase1: PhaseOne):
    report = json.loads(phase1.report("install-times", "install.json").read_text())
    seconds = report["install"]["seconds"]
    assert set(seconds) == {"pip", "uv"}
    assert min(seconds.values()) > 0
    figure(report["summary"])
    assert "pip" in phase1.report("install-times", "install.md").read_text()


def test_nothing_that_pip_would_install_is_missing(phase1: PhaseOne):
    equivalence = json.loads(phase1.report("uv-migration", "uv-migration.json").read_text())["equivalence"]
    assert equivalence["holds"]
    assert equivalence["missing"] == []
    assert equivalence["same"] == len({name for got in equivalence["pip"]["files"].values() for name in got})


def test_a_clone_with_the_same_cache_installs_nothing(phase1: PhaseOne, tmp_path: Path):
    # Programs that write down how they were called stand before the real ones.
    calls = tmp_path / "calls"
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("uv", "uvx", "pip", "pip3", "python3"):
        real = shutil.which(name)
        recorder = programs / name
        recorder.write_text(f'#!/bin/sh\necho "{name} $*" >>"{calls}"\nexec "{real or "false"}" "$@"\n')
        recorder.chmod(0o755)
    calls.touch()
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    beside = clone(tmp_path / "beside")
    run = taskgraph("phase1", root=beside, TASKGRAPH_CACHE=phase1.cache, PATH=path)
    figure(f"fresh clone with the same cache: {run.figures}")
    assert run.tasks("finished", outcome="restored") == ALL
    assert run.tasks("started") == set()
    # Their versions belong to the key; nothing else is asked of them.
    assert set(calls.read_text().splitlines()) <= {"uv --version", "python3 --version"}
    # The recorders do stand where a task's programs are looked for.
    taskgraph("tools", "--force", root=beside, TASKGRAPH_CACHE=tmp_path / "other-cache", PATH=path)
    assert any(line.startswith("uv venv ") for line in calls.read_text().splitlines())
    # What was restored is usable there: the lock is as good as where it was made.
    taskgraph("export", "phase1", tmp_path / "view", root=beside, TASKGRAPH_CACHE=phase1.cache)
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=tmp_path / "view", check=True)


def test_the_plan_names_the_requirement_that_changed(phase1: PhaseOne):
    requirements = phase1.example / "backend/requirements-base.txt"
    text = requirements.read_text()
    try:
        requirements.write_text(text.replace("uvicorn[standard]==0.40.0", "uvicorn[standard]>=0.40,<0.41"))
        plan = json.loads(taskgraph("plan", "phase1", root=phase1.root).output)
    finally:
        requirements.write_text(text)
    forecast = {task["task"]: task for task in plan["tasks"]}
    changed = "backend/requirements-base.txt changed"
    for name in ("phase1/uv-migration", "phase1/install-times"):
        assert (forecast[name]["forecast"], forecast[name]["reason"]["text"]) == ("run", changed)
    for name in EDITING - {"phase1/uv-migration"}:
        assert forecast[name]["forecast"] == "may-run"
    assert forecast["tools"]["forecast"] == "up-to-date"


def test_apply_writes_one_commit_per_step(phase1: PhaseOne, own_copy: Path):
    run = taskgraph("--var", f"repo={own_copy}", "apply", "phase1", root=phase1.root)
    # The same content elsewhere is the same work: nothing ran again.
    assert run.tasks("started") == set()
    assert git(own_copy, "status", "--porcelain") == ""
    assert git(own_copy, "branch", "--show-current") == "taskgraph/phase1\n"
    commits = git(own_copy, "log", "--reverse", "--format=%s", "main..").splitlines()
    assert commits == [
        "Move requirements into pyproject.toml and uv.lock",
        "Add hypothesis to the dev group",
        "Register the profiles ci and dev",
        "One pytest configuration, in pyproject.toml",
    ]
    changed = {name.split("\t")[1] for name in git(own_copy, "diff", "--name-status", "main..").splitlines()}
    assert changed == {
        ".python-version",
        "backend/constraints.txt",
        "backend/requirements-base.txt",
        "backend/requirements-dev.txt",
        "backend/requirements-prod.txt",
        "backend/requirements.txt",
        "backend/tests/conftest.py",
        "frontend/requirements-e2e.txt",
        "pyproject.toml",
        "pytest.ini",
        "uv.lock",
    }
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=own_copy, check=True)
    # What people had is where it was.
    assert git(own_copy, "log", "--format=%s", "main") == "As it was\n"
