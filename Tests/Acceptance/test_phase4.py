"""The last of Phase 4 on the example: documents that say how things are, and a result in which what comes back is named."""

import re
import subprocess
from pathlib import Path

import pytest
from program import taskgraph

from conftest import PhaseOne, clone, git

EXAMPLE = Path("Examples/home-security")
# What the documents, scripts and builds of the state before are full of.
STALE = re.compile(
    r"pip install .*-r |-m venv |pip freeze|(?<![\w-])-n ?0\b|loadgroup|xdist_group|advisory|_LOCK\b|time\.sleep|continue-on-error|pytest\.ini(?!_)"
    r"|requirements(-base|-dev|-prod|-e2e)?\.txt|constraints\.txt"
)
DOCUMENTS = [
    *("README.md", "AGENTS.md", "CLAUDE.md", "Makefile", "Dockerfile", ".pre-commit-config.yaml", "pyproject.toml"),
    *(f"scripts/{name}.sh" for name in ("run-tests", "run-e2e", "setup-venv")),
]


@pytest.fixture(scope="module")
def result(phase1: PhaseOne, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository with what the plan up to phase 3 made of the example, then documents and clean-up.

    The last two by their commands: as tasks they come after the browser tests, whose exploration takes minutes.
    """
    root = clone(tmp_path_factory.mktemp("result") / "taskgraph")
    git(root, "config", "user.name", "A Developer")
    git(root, "config", "user.email", "developer@example.org")
    taskgraph("apply", "phase3", root=root, TASKGRAPH_CACHE=phase1.cache)
    steps = [phase1.root / "Phases/.venv/bin/python", root / "Phases/steps/src"]
    for step in ("docs", "cleanup"):
        subprocess.run([*steps, step, root / EXAMPLE, "--before", phase1.example, "--strict"], check=True)
    # Of the measurements, which take minutes, nothing but the file's being there is checked.
    (root / EXAMPLE / "METRICS.md").touch()
    return root


def stale_lines(root: Path, name: str) -> list[str]:
    return [line for line in (root / EXAMPLE / name).read_text().splitlines() if STALE.search(line)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_say_how_things_are(phase1: PhaseOne, result: Path, name: str):
    assert stale_lines(phase1.root, name) or name == "pyproject.toml"
    assert stale_lines(result, name) == []


def test_the_builds_still_work(result: Path, tmp_path: Path):
    example = result / EXAMPLE
    said = subprocess.run(["make", "-n", "test"], cwd=example, check=True, capture_output=True, text=True).stdout
    assert said.splitlines()[0] == "UV_PROJECT_ENVIRONMENT=.venv uv sync --dev --locked"
    # What the image is built from, and how: without the sources.
    dockerfile = (example / "Dockerfile").read_text()
    for source in re.findall(r"^COPY (.+) \S+$", dockerfile.split("ENV PATH")[0], re.MULTILINE):
        for name in source.split():
            subprocess.run(["cp", "-r", str(example / name), str(tmp_path)], check=True)
    [sync] = re.findall(r"&& (UV_PROJECT_ENVIRONMENT=/opt/venv uv sync .*)", dockerfile)
    command = sync.replace("/opt/venv", str(tmp_path / "venv"))
    subprocess.run(["sh", "-c", f"UV_PYTHON_DOWNLOADS=never {command} --quiet"], cwd=tmp_path, check=True)
    assert (tmp_path / "venv/bin/gunicorn").exists()
    assert not (tmp_path / "venv/bin/pytest").exists()


def test_the_result_has_not_drifted(result: Path):
    # Browser tests are not in it.
    assert taskgraph("check", "phase1", "phase2/2a", "phase3", "phase4", root=result).output


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("pytest.ini", "", "[pytest]\n", "pytest.ini"),
        (
            *(".github/workflows/ci.yml", "    timeout-minutes: 5\n", "    timeout-minutes: 5\n    continue-on-error: true\n"),
            ".github/workflows/ci.yml:23: continue-on-error: true",
        ),
        (
            *("backend/tests/integration/test_zones_api.py", "", "# pg_advisory_lock(1)\n"),
            "backend/tests/integration/test_zones_api.py:1: # pg_advisory_lock(1)",
        ),
        ("pyproject.toml", "fastapi==0.128.0", "fastapi==0.127.0", "The lockfile at `uv.lock` needs to be updated"),
        ("backend/requirements.txt", "", "fastapi\n", "backend/requirements.txt"),
        ("AGENTS.md", "uv sync --dev --locked", "pip install -r a.txt", "AGENTS.md:3: 1. Set up with uv: `pip install -r"),
    ],
)  # fmt: skip
def test_what_comes_back_is_named(result: Path, name: str, old: str, new: str, named: str):
    path = result / EXAMPLE / name
    before = path.read_text() if path.exists() else None
    assert old in (before or "")
    path.write_text((before or "").replace(old, new, 1))
    try:
        assert named in taskgraph("check", root=result, status=1).output
    finally:
        path.unlink() if before is None else path.write_text(before)
