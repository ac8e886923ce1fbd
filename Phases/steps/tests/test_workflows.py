"""ci-blocking: scripts line by line, whole workflows byte by byte, and what it leaves alone."""

import pytest

from conftest import run_steps
from steps.ci import script

RUN = "uv run --locked --no-sync "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["pip install -r backend/requirements.txt"], ["uv sync --dev --locked"]),
        (["pip install -r requirements-prod.txt"], ["uv sync --no-dev --locked"]),
        (["  python -m pip install -e '.[dev]'"], ["  uv sync --dev --locked"]),
        (["python -m pip install --upgrade pip", "pip install -r a.txt -r b.txt"], ["uv sync --dev --locked"]),
        (["pip install -r a.txt", "pip install -e ."], ["uv sync --dev --locked"]),
        (["python -m venv .venv", ". .venv/bin/activate", "pip install .", "pytest"], ["uv sync --dev --locked", RUN + "pytest"]),
        (["pip install -U pip && pip install -r a.txt && pytest -n0"], ["uv sync --dev --locked && " + RUN + "pytest"]),
        (["python -m pytest -n0 -q"], [RUN + "python -m pytest -q"]),
        (["pytest -n 0 x", "pytest --numprocesses=0", "pytest -n=0"], [RUN + "pytest x", RUN + "pytest", RUN + "pytest"]),
        (["A=1 B='x y' pytest; mypy . || true"], ["A=1 B='x y' " + RUN + "pytest; " + RUN + "mypy . || true"]),
        (["pytest \\", "  -n0 \\", "  tests"], [RUN + "pytest \\", "  tests"]),
        (["pytest \\", "  -n0"], [RUN + "pytest"]),
        (["cat <<EOF", "pytest -n0", "EOF", "pytest"], ["cat <<EOF", "pytest -n0", "EOF", RUN + "pytest"]),
        (["if true; then pytest; fi"], ["if true; then " + RUN + "pytest; fi"]),
        (["echo pytest", "docker build .", "# pytest -n0", "./pytest"], ["echo pytest", "docker build .", "# pytest", "./pytest"]),
        ([RUN + "pytest -n04"], [RUN + "pytest -n04"]),
    ],
)  # fmt: skip
def test_script(before: list[str], after: list[str]) -> None:
    assert script.edit(before, environment=True).lines == after
    assert script.edit(after, environment=True).lines == after


def test_packages_that_no_file_names_are_left() -> None:
    edited = script.edit(["pip install tox"], environment=True)
    assert edited.lines == ["pip install tox"]
    assert edited.undecided == [
        (0, "pip install tox: installs what is not the project's; add it to a dependency group")
    ]


def test_without_an_environment_only_the_workers_change() -> None:
    assert script.edit(["pytest -n0", "pip install -r a.txt"], environment=False).lines == [
        "pytest",
        "pip install -r a.txt",
    ]


BEFORE = '''name: "CI"   # kept
on: [push]
env: {PYTEST_ADDOPTS: "-n0 -ra"}
jobs:
  a:
    runs-on: ubuntu-latest
    continue-on-error: true  # for now
    steps:
      - {uses: actions/checkout@v4, continue-on-error: true}
      - continue-on-error: true
        name: Set up Python 3.12
        uses: "actions/setup-python@v5"
        with: 
          cache: 'pip'
          python-version: '3.12'   # the oldest
      - name:   odd   spacing
        run: "pip install -r requirements.txt"

      # -n0: the workers fight
      - run: >-
          python -m pytest
          -n0
          tests
  b:
    runs-on: ubuntu-latest
    continue-on-error: ${{ matrix.experimental }}
    steps:
      - uses: actions/setup-python@v5
        with: {architecture: x86, python-version: "3.12"}
      - run: |
          pip install -r requirements.txt
          pip install tox
'''  # fmt: skip
AFTER = '''name: "CI"   # kept
on: [push]
env: {PYTEST_ADDOPTS: "-ra"}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - {uses: actions/checkout@v4}
      - name: Set up uv and Python 3.12
        uses: astral-sh/setup-uv@v6
        with: 
          enable-cache: true
          python-version: '3.12'   # the oldest
      - name:   odd   spacing
        run: "uv sync --dev --locked"

      - run: >-
          uv run --locked --no-sync python -m pytest
          tests
  b:
    runs-on: ubuntu-latest
    continue-on-error: ${{ matrix.experimental }}
    steps:
      - uses: actions/setup-python@v5
        with: {architecture: x86, python-version: "3.12"}
      - run: |
          uv sync --dev --locked
          pip install tox
'''  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_workflow(tree, newline: str) -> None:
    root = tree({".github/workflows/ci.yaml": BEFORE.replace("\n", newline), "README.md": ""})
    done = run_steps("ci-blocking", root, cwd=root)
    assert done.returncode == 0, done.stderr
    assert (root / ".github/workflows/ci.yaml").read_bytes().decode() == AFTER.replace("\n", newline)
    assert done.stderr.splitlines() == [
        ".github/workflows/ci.yaml:26: not carried: continue-on-error: ${{ matrix.experimental }}: left: an expression decides, such as for an experimental version",
        ".github/workflows/ci.yaml:28: not carried: actions/setup-python@v5: left: its setting architecture has no counterpart",
        ".github/workflows/ci.yaml:32: not carried: pip install tox: left: installs what is not the project's; add it to a dependency group",
    ]
    again = run_steps("ci-blocking", root, cwd=root)
    assert (root / ".github/workflows/ci.yaml").read_bytes().decode() == AFTER.replace("\n", newline), again.stderr


def test_a_workflow_that_is_not_yaml_is_located(tree) -> None:
    root = tree({".github/workflows/ci.yml": "on: push\njobs: {a: [\n"})
    done = run_steps("ci-blocking", root, cwd=root)
    assert done.returncode == 1
    assert done.stderr.startswith("steps ci-blocking: .github/workflows/ci.yml:")


def test_a_workflow_that_never_fitted_the_schema_is_told(tree) -> None:
    root = tree({".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps: []\n    runs: x\n"})
    done = run_steps("ci-blocking", root, cwd=root)
    assert done.returncode == 0
    assert (
        done.stderr == "not carried: .github/workflows/ci.yml: did not fit GitHub's schema before, and does not now\n"
    )
