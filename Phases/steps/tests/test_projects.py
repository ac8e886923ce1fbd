"""The whole of phase 1 on three projects of different shape, with the real uv, pip and pytest."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import PROJECTS, copy_project, run_steps

pytestmark = pytest.mark.tools

EXPECTED = Path(__file__).parent / "expected"
STEPS = ("uv-migrate", "hypothesis", "venv", "hypothesis-profiles", "pytest-config")


@dataclass
class Migrated:
    """One project after all steps: where it is, what each step said, and its report."""

    root: Path
    said: dict[str, list[str]]
    reports: dict[str, dict]
    pyproject_after_migration: str
    lock_after_migration: str


def _grouped(name: str) -> object:
    """One worker migrates a project and runs all of its tests: environments are dear."""
    return pytest.param(name, marks=pytest.mark.xdist_group(name))


@pytest.fixture(scope="module", params=map(_grouped, ("flat", "layered", "hashed")))
def project(request, tmp_path_factory) -> Migrated:
    place = tmp_path_factory.mktemp("projects")
    root = copy_project(request.param, place)
    said, reports, after = {}, {}, ("", "")
    for step in STEPS:
        report = place / f"{step}.json"
        python = ["--python", "3.11"] if step == "uv-migrate" else []
        done = run_steps(step, root, "--report", report, *python, cwd=place)
        assert done.returncode == 0, done.stderr
        said[step] = done.stderr.splitlines()
        reports[step] = json.loads(report.read_text())
        if step == "uv-migrate":
            after = ((root / "pyproject.toml").read_text(), (root / "uv.lock").read_text())
    return Migrated(root, said, reports, *after)


def test_pyproject_is_what_a_person_would_write(project):
    assert project.pyproject_after_migration == (EXPECTED / f"{project.root.name}.toml").read_text()


SAID = {
    "flat": [
        'decision: name = "flat-app": from setup.cfg:3',
        "requirements-dev.txt:3: not carried: --prefer-binary: uv has no such preference; list the packages in `[tool.uv] no-build-package`",
        "requirements.txt:3: decision: six==1.16.0 ; python_version >= '3.8': the project's metadata declares it already; this bound becomes a `constraint-dependencies` entry",
        "requirements.txt:7: decision: pytest: to the dev group: a known test tool in a file of run-time requirements",
        "requirements-dev.txt:2: decision: .[speed]: what the extra asks for joins the dependency group dev",
    ],
    "layered": [
        'decision: name = "layered-service": from the README\'s title',
        'decision: version = "0.0.0": nothing in the tree says a version',
    ],
    "hashed": [
        'decision: name = "hashed": from the directory\'s name',
        "decision: requirements.txt: compiled from requirements.in: its pins go into uv.lock, not into pyproject.toml",
        'decision: version = "0.0.0": nothing in the tree says a version',
    ],
}  # fmt: skip


def test_nothing_is_dropped_silently(project):
    assert project.said["uv-migrate"] == SAID[project.root.name]


def test_pip_and_uv_agree(project):
    equivalence = project.reports["uv-migrate"]["equivalence"]
    assert equivalence["holds"]
    assert equivalence["missing"] == []
    assert equivalence["version_differences"] == []
    assert equivalence["same"] == len({name for got in equivalence["pip"]["files"].values() for name in got})


PINS = {
    "flat": {"six": "1.16.0", "pytest": "8.4.2", "iniconfig": "2.1.0"},
    "layered": {"urllib3": "2.2.3", "pytest": "8.4.2", "tinylib": "0.1"},
    "hashed": {"six": "1.16.0", "idna": "3.6", "packaging": "24.2"},
}


def test_no_pin_moves(project):
    for text in (project.lock_after_migration, (project.root / "uv.lock").read_text()):
        for name, version in PINS[project.root.name].items():
            assert f'name = "{name}"\nversion = "{version}"' in text


def test_the_tree_holds_what_it_should_and_no_litter(project):
    before = {
        path.relative_to(PROJECTS / project.root.name).as_posix()
        for path in (PROJECTS / project.root.name).rglob("*")
        if path.is_file()
    }
    after = {
        path.relative_to(project.root).as_posix()
        for path in project.root.rglob("*")
        if path.is_file() and ".venv" not in path.parts
    }
    gone = {
        "flat": {"requirements.txt", "requirements-dev.txt"},
        "layered": {"requirements/base.txt", "requirements/test.txt", "constraints.txt"},
        "hashed": {
            "requirements.in",
            "requirements.txt",
            "requirements/more.in",
            "test-requirements.txt",
            "pytest.ini",
            "setup.cfg",
        },
    }[project.root.name]
    new = {"pyproject.toml", "uv.lock", ".python-version"} | (
        {"conftest.py"} if project.root.name == "layered" else set()
    )
    before = {path for path in before if ".egg-info" not in path and "__pycache__" not in path}
    assert after == (before - gone) | new
    assert project.reports["uv-migrate"]["removed"] == sorted(gone - {"pytest.ini", "setup.cfg"})


IDS = {
    "flat": [
        "tests/test_app.py::test_main",
        "tests/test_app.py::test_text[a b]",
        "tests/test_app.py::test_text[\\xfc]",
    ],
    "layered": ["tests/unit/test_name.py::test_name", "checks/check_tinylib.py::test_answer"],
    "hashed": ["tests/test_idna.py::TestEncode::test_encode"],
}


def test_pytest_sees_the_same_tests_and_options(project):
    report = project.reports["pytest-config"]
    assert report["ids"] == IDS[project.root.name]
    assert (report["lost"], report["gained"], report["options_differing"]) == ([], [], {})
    assert report["options"]


def test_references_to_removed_files_are_listed(project):
    references = [
        (f["file"], f["line"]) for f in project.reports["uv-migrate"]["findings"] if f["level"] == "reference"
    ]
    assert (
        references
        == {
            "flat": [("Dockerfile", 2), ("Dockerfile", 3)],
            "layered": [("README.md", 3), ("tox.ini", 18)],
            "hashed": [],
        }[project.root.name]
    )


def test_hypothesis_is_there_with_its_profiles(project):
    assert project.reports["hypothesis-profiles"]["loaded"] == {"ci": "ci", "dev": "dev"}
    version = project.reports["hypothesis"]["version"]
    assert f'"hypothesis=={version}"' in (project.root / "pyproject.toml").read_text()


def test_the_environment_is_bit_reproducible(project, tmp_path):
    run_steps("venv", project.root, "--report", tmp_path / "again.json", cwd=tmp_path)
    again = json.loads((tmp_path / "again.json").read_text())
    assert again["digest"] == project.reports["venv"]["digest"]


def test_a_second_time_changes_nothing(project, tmp_path):
    before = _contents(project.root)
    for step in STEPS:
        if step == "venv":
            continue
        done = run_steps(step, project.root, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert _contents(project.root) == before
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=project.root, check=True)


def _contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".venv" not in path.parts
    }
