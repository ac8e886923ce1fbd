"""The report that a real pytest writes, as cases: passed, failed, broken before it began, and a file that is no Python."""

import subprocess
import sys
from pathlib import Path

from steps.core import junit
from steps.core.junit import Case

TESTS = """import pytest
@pytest.fixture
def broken(): raise OSError("no\\nmore")
@pytest.mark.parametrize("n", [1, 2])
def test_one(n): assert n == 1, "two"
def test_two(broken): pass
def test_three(): pytest.skip("later")
"""


def cases(directory: Path) -> list[Case]:
    report = directory / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", str(directory)]
    subprocess.run(command, cwd=directory, capture_output=True, check=False)
    return junit.cases(report)


def test_cases(tree) -> None:
    assert cases(tree({"test_it.py": TESTS})) == [
        Case("test_it", "test_one", None),
        Case("test_it", "test_one", "AssertionError: two"),
        Case("test_it", "test_two", 'failed on setup with "OSError: no'),
        Case("test_it", "test_three", None),
    ]


def test_a_file_that_cannot_be_collected_has_no_module(tree) -> None:
    [case] = cases(tree({"test_it.py": "import nothing_of_that_name"}))
    assert (case.module, case.reason) == ("", "collection failure")


def test_no_report_has_no_cases(tmp_path: Path) -> None:
    assert junit.cases(tmp_path / "none.xml") == []
