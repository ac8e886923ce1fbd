"""The example's integration tests after isolation, really run: two workers, worksteal, servers of their own."""

import subprocess
from pathlib import Path

import pytest

from conftest import run_steps
from steps.core import tree
from steps.core.processes import environment

# One worker: each would make an environment of its own.
pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("example")]

EXAMPLE = Path(__file__).parents[3] / "Examples/home-security"
STANDIN = Path(__file__).parent / "standin"
STEPS = (
    ("uv-migrate", "--no-equivalence", "--python", "3.11"),
    ("isolate-fixtures", "--plugin", str(STANDIN)),
    ("venv",),
    ("pytest-config",),
    ("xdist-worksteal",),
    ("ci-blocking",),
)


@pytest.fixture(scope="module")
def isolated(tmp_path_factory) -> Path:
    root = tree.copy(EXAMPLE, tmp_path_factory.mktemp("example") / "home-security")
    for name, *options in STEPS:
        done = run_steps(name, root, *options, cwd=root.parent)
        assert done.returncode == 0, done.stderr
    return root


def test_no_lock_and_no_sleep_is_left(isolated: Path) -> None:
    for path in (isolated / "backend/tests").rglob("*.py"):
        assert not any(word in path.read_text() for word in ("advisory", "sleep(", "exclusive", "environ")), path


def test_the_linter_of_the_example_is_content(isolated: Path) -> None:
    for command in (["check", "."], ["format", "--check", "."]):
        run = ["uv", "run", "--locked", "--no-sync", "ruff", *command, "--exclude", ".venv"]
        done = subprocess.run(run, cwd=isolated, env=environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_the_plugin_is_locked_by_what_it_is_not_by_where_it_came_from(isolated: Path) -> None:
    lock = (isolated / "uv.lock").read_text()
    assert 'source = { path = "vendor/pytest_taskgraph-0.0.1-py3-none-any.whl" }' in lock
    assert str(STANDIN) not in lock + (isolated / "pyproject.toml").read_text()
    subprocess.run(["uv", "lock", "--check", "--quiet"], cwd=isolated, env=environment(), check=True)
    before = [(path, path.read_bytes()) for path in (isolated / "uv.lock", *(isolated / "vendor").iterdir())]
    again = run_steps("isolate-fixtures", isolated, "--plugin", STANDIN, cwd=isolated)
    assert again.returncode == 0, again.stderr
    assert all(path.read_bytes() == data for path, data in before)


def test_a_wheel_that_git_ignores_is_told(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n',
        ".gitignore": "*.whl\n",
        "tests/conftest.py": "import os\nURL = os.environ['REDIS_URL']\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for command in (["git", "init", "-q"], ["uv", "lock", "-q"]):
        subprocess.run(command, cwd=tmp_path, env=environment(), check=True)
    done = run_steps("isolate-fixtures", tmp_path, "--plugin", STANDIN, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "not carried: vendor/pytest_taskgraph-0.0.1-py3-none-any.whl: git ignores it: "
        "uv.lock names a file that no checkout would have\n"
    )


def test_two_workers_pass(isolated: Path) -> None:
    """`addopts` says worksteal; `-n 2` only bounds what `auto` would take of a larger machine."""
    run = [
        "uv",
        "run",
        "--locked",
        "--no-sync",
        "pytest",
        "backend/tests/integration",
        "-q",
        "-n",
        "2",
        "--timeout=120",
    ]
    done = subprocess.run(run, cwd=isolated, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "77 passed, 1 skipped" in done.stdout or "78 passed" in done.stdout
