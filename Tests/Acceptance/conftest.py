"""What the acceptance tests share: the optimised program, a clean clone of this repository, and Phase 1 run in it once."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from program import REPOSITORY, Run, Tree, taskgraph

# Numbers for people, printed at the end. None of them decides a test.
FIGURES: list[str] = []


def figure(text: str) -> None:
    FIGURES.append(text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for text in FIGURES:
        terminalreporter.write_line(f"figure: {text}")


def clone(to: Path) -> Path:
    """A clean clone of the commit that is checked out: nothing that is ignored or unsaved comes along."""
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(to)], check=True)
    return to


@dataclass(frozen=True)
class Checkout:
    """A clean clone, in which tests run the plan."""

    root: Path

    @property
    def example(self) -> Path:
        return self.root / "Examples/home-security"

    @property
    def cache(self) -> Path:
        return self.root / ".taskgraph/cache"

    def report(self, task: str, name: str) -> Path:
        return self.root / ".taskgraph/reports/phase1" / task / "reports" / name


@dataclass(frozen=True)
class PhaseOne(Checkout):
    """A clone in which `taskgraph phase1` has run once."""

    first: Run
    before: Tree  # of the example


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root = clone(tmp_path_factory.mktemp("clone") / "taskgraph")
    yield Checkout(root)
    # Environments of a hundred megabytes; pytest would keep three runs of them.
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def phase1(checkout: Checkout) -> PhaseOne:
    before = Tree.of(checkout.example)
    first = taskgraph("phase1", root=checkout.root)
    figure(f"first run: {first.figures}")
    return PhaseOne(checkout.root, first, before)


@pytest.fixture
def own_copy(phase1: PhaseOne, tmp_path: Path) -> Path:
    """The example as a git repository of its own, elsewhere."""
    copy = Path(shutil.copytree(phase1.example, tmp_path / "home-security"))
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "As it was"],
    ):
        git(copy, *command)
    return copy


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A Developer", "-c", "user.email=developer@example.org"]
    done = subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout
