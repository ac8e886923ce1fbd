"""Written tests are run on the application as it is: those that fail are taken out and named; nobody else's are."""

import json
from pathlib import Path

import pytest

from steps.core.errors import StepError
from steps.core.findings import Level, Report
from steps.e2e import proof

SPEC = '''"""Specs."""

import math
import os

import pytest


def test_steady():
    assert os.environ["E2E_BASE_URL"] == "http://127.0.0.1:1"


@pytest.mark.parametrize("browser", ["chromium"])
def test_bad(browser):
    assert math.pi == 3, "three"


def test_last():
    pass
'''


@pytest.fixture
def home(tree) -> Path:
    return tree({"specs/test_things.py": SPEC, "fixtures/exploration.json": "{}"})


def test_what_fails_is_taken_out_and_never_written_again(home: Path) -> None:
    report = Report("e2e-specs")
    assert proof.prove(home, "http://127.0.0.1:1", {"test_things.py": {"test_steady", "test_bad"}}, report) == 1
    text = (home / "specs/test_things.py").read_text()
    assert "test_bad" not in text and "import math" not in text and "import pytest" not in text
    assert text.endswith("def test_last():\n    pass\n")
    [(name, reason)] = json.loads((home / proof.UNSTEADY).read_text()).items()
    assert name == "test_things.py::test_bad"
    assert reason.startswith("AssertionError: three")
    assert proof.unsteady(home) == {name: reason}
    [finding] = report.of(Level.NOT_CARRIED)
    assert str(finding).startswith(
        "specs/test_things.py:13: not carried: test_bad: left out, not the same twice: AssertionError: three"
    )
    # Nothing is left to take out.
    assert proof.prove(home, "http://127.0.0.1:1", {}, report) == 0


def test_a_failing_test_that_was_there_stops_the_step(home: Path) -> None:
    before = (home / "specs/test_things.py").read_text()
    with pytest.raises(
        StepError, match=r"test_things.py::test_bad fails on the application as it is: AssertionError: three"
    ):
        proof.prove(home, "http://127.0.0.1:1", {"test_things.py": {"test_steady"}}, Report("e2e-specs"))
    assert (home / "specs/test_things.py").read_text() == before


def test_tests_that_cannot_run_are_told(home: Path) -> None:
    (home / "specs/test_things.py").write_text("import nothing_of_that_name\n")
    with pytest.raises(StepError, match=r"the browser tests cannot run \(pytest exits with 1\)"):
        proof.prove(home, "http://127.0.0.1:1", {}, Report("e2e-specs"))


def test_what_fails_anew_each_time_ends(tree) -> None:
    # Each run fails in a test that passed before: as many as were taken out, and one.
    counted = "import json, pathlib\n\nOUT = pathlib.Path(__file__).parents[1] / 'fixtures/unsteady.json'\n"
    tests = "".join(f"\n\ndef test_{n}():\n    assert len(json.loads(OUT.read_text())) != {n}\n" for n in range(4))
    home = tree({"specs/test_things.py": counted + tests, "fixtures/unsteady.json": "{}"})
    with pytest.raises(StepError, match="tests still fail in run 3"):
        proof.prove(home, "", {"test_things.py": {f"test_{n}" for n in range(4)}}, Report("e2e-specs"))
