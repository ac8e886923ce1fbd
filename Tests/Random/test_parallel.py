"""What a run's output says, and what is said of many runs. Runs nothing."""

from pathlib import Path

import parallel
import pytest
from outcomes import Outcome, Unusable, order, outcome, remaining, summary, too_few
from parallel import Ledger

FRAME = "2 workers [72 items]\n....F\n{}\n"


@pytest.mark.parametrize(
    ("last", "passed", "skipped", "failed"),
    [
        ("= 71 passed, 1 skipped in 44.44s =", 71, 1, 0),
        ("======= 5 failed, 54 passed, 1 skipped, 12 errors in 58.03s =======", 54, 1, 17),
        ("72 passed, 3 warnings in 61.20s (0:01:01)", 72, 0, 0),
        ("===== 1 error in 0.31s =====", 0, 0, 1),
    ],
)
def test_counts_are_those_of_the_last_line(last: str, passed: int, skipped: int, failed: int):
    found = outcome(FRAME.format(last), 1.0)
    assert (found.items, found.passed, found.skipped, found.failed) == (72, passed, skipped, failed)
    assert found.is_good == (failed == 0)


def test_a_summary_that_a_test_printed_does_not_count():
    said = FRAME.format("= 72 passed in 1.00s =\n= 1 failed, 71 passed in 2.00s =")
    assert outcome(said, 1.0).failed == 1


def test_output_without_counts_says_nothing_about_tests():
    with pytest.raises(Unusable, match="pytest said no counts; the end of what it said:\nno module named pytest"):
        outcome("no module named pytest", 1.0)


def test_a_run_that_hung_is_no_good_whatever_it_said():
    assert not outcome("", 900.0, hung=True).is_good
    assert not outcome(FRAME.format("= 72 passed in 1.00s ="), 900.0, hung=True).is_good


def test_both_kinds_meet_the_same_machine():
    kinds = order(20, 60)
    assert (kinds.count("before"), kinds.count("after")) == (20, 60)
    assert all(kinds[i : i + 4].count("before") == 1 for i in range(0, 80, 4))
    assert order(0, 2) == ["after", "after"]


def test_of_an_order_the_rest_remains():
    assert remaining(order(2, 3), {"before": [], "after": []}) == order(2, 3)
    assert remaining(order(2, 3), {"before": [run()], "after": [run(), run(), run()]}) == ["before"]
    assert remaining(order(1, 1), {"before": [run(), run()], "after": [run()]}) == []


def run(passed: int = 72, failed: int = 0, hung: bool = False) -> Outcome:
    return Outcome(72, passed, 0, failed, hung, 1.0, "")


def test_the_summary_has_both_counts_with_their_bounds():
    before = [run(failed=3), run(hung=True), *[run()] * 18]
    assert summary(before, [run()] * 60) == (
        "before, in parallel: 2 of 20 runs failed (1 hung); at least 1.8 % of runs do\n"
        "after 2A and 3, -n auto --dist=worksteal: 0 of 60 runs failed; at most 4.9 % of runs do\n"
        "(exact bounds, each one-sided at 95 %: Clopper–Pearson)"
    )


def test_a_run_that_left_tests_out_is_told():
    assert too_few({"before": [run()], "after": [run(), run(passed=70)]}) == [
        "after 2: 70 tests passed and 0 were skipped, there are 72"
    ]


def test_runs_of_last_time_are_counted_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parallel, "subject", lambda: "this")
    file = tmp_path / "runs.jsonl"
    first = Ledger(file, goes_on=True)
    first.add("after", run())
    first.add("before", run(failed=2))
    assert Ledger(file, goes_on=True).done == {"before": [run(failed=2)], "after": [run()]}
    monkeypatch.setattr(parallel, "subject", lambda: "that")
    with pytest.raises(Unusable, match="is another now; begin anew"):
        Ledger(file, goes_on=True)
    assert Ledger(file, goes_on=False).done == {"before": [], "after": []}
    assert not file.exists()


def test_what_is_tried_changes_with_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parallel, "PROGRAM", tmp_path / "program")
    (tmp_path / "program").write_text("1")
    first = parallel.subject()
    assert parallel.subject() == first
    monkeypatch.setattr(parallel, "SUBJECT", parallel.SUBJECT[1:])
    without = parallel.subject()
    (tmp_path / "program").write_text("2")
    assert len({first, without, parallel.subject()}) == 3


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(parallel, "HANGS", 0.2)
    status, said, _ = parallel.watched(["sh", "-c", "echo begun; exec sleep 60"], tmp_path)
    assert (status, said) == (None, "begun\n")
