"""Real commands are run and their real costs compared; strace's report is read."""

from pathlib import Path

import pytest

from bench import measure
from bench.measure import CommandFailed
from bench.sections.counts import total

BURN = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"


def test_memory_is_that_of_the_command_and_not_ours(tmp_path: Path):
    ballast = b"x" * (200 << 20)
    small = measure.run(["true"], tmp_path)
    assert small.memory < len(ballast) / 10


def test_memory_is_the_peak(tmp_path: Path):
    sample = measure.run(["python3", "-c", "x = bytearray(100 << 20); del x"], tmp_path)
    assert sample.memory > 100 << 20


def test_cpu_of_children_counts(tmp_path: Path):
    alone = measure.run(["sh", "-c", ":"], tmp_path)
    child = measure.run(["sh", "-c", f"sh -c '{BURN}'; :"], tmp_path)
    assert child.cpu > 5 * alone.cpu


def test_cpu_of_what_is_left_behind_counts(tmp_path: Path):
    child = measure.run(["sh", "-c", f"sh -c '{BURN}' & :"], tmp_path)
    alone = measure.run(["sh", "-c", ":"], tmp_path)
    assert child.cpu > 5 * alone.cpu


def test_commands_run_in_their_directory(tmp_path: Path):
    measure.run(["sh", "-c", "echo here >file"], tmp_path)
    assert (tmp_path / "file").read_text() == "here\n"


@pytest.mark.parametrize("name", ["MAKEFLAGS", "TASKGRAPH_CACHE"])
def test_what_changes_the_tools_is_not_handed_on(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, "x")
    measure.run(["sh", "-c", f"[ -z ${{{name}+set}} ]"], tmp_path)


def test_a_command_that_fails_is_an_error_with_its_words(tmp_path: Path):
    with pytest.raises(CommandFailed) as raised:
        measure.run(["sh", "-c", "echo no luck >&2; exit 7"], tmp_path)
    assert str(raised.value) == f"sh -c echo no luck >&2; exit 7 in {tmp_path} ended with 7:\nno luck"


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(CommandFailed) as raised:
        measure.run(["true"], tmp_path / "none")
    assert str(raised.value) == f"{tmp_path}/none: cannot go there"


REPORT = """\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ------------------
 60.00    0.000700           7       100           read
 20.00    0.000200           2        10         4 openat
 20.00    0.000200           2        90         1 futex
------ ----------- ----------- --------- --------- ------------------
100.00    0.001100           5       200         5 total
"""


def test_system_calls_are_added_up_without_waiting_and_without_the_total():
    assert total(REPORT) == 110
