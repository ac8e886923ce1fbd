"""Bounds against their closed forms and tables, and against the definition."""

import pytest
from bounds import at_most, lower_bound, percent, upper_bound


@pytest.mark.parametrize("runs", [1, 20, 60, 299])
def test_without_failures_the_bound_has_a_closed_form(runs: int):
    assert upper_bound(0, runs) == pytest.approx(1 - 0.05 ** (1 / runs), abs=1e-12)
    assert lower_bound(runs, runs) == pytest.approx(0.05 ** (1 / runs), abs=1e-12)


# The ends of the two-sided interval at 90 %, as tables of the beta distribution give them.
@pytest.mark.parametrize(
    ("failed", "runs", "low", "high"),
    [(1, 10, 0.00511620, 0.39416336), (5, 20, 0.10408080, 0.45558170), (18, 20, 0.71738145, 0.98193480)],
)
def test_in_between_it_is_that_of_the_tables(failed: int, runs: int, low: float, high: float):
    assert lower_bound(failed, runs) == pytest.approx(low, abs=2e-6)
    assert upper_bound(failed, runs) == pytest.approx(high, abs=2e-6)


@pytest.mark.parametrize(("failed", "runs"), [(0, 7), (1, 7), (3, 20), (59, 60)])
def test_at_the_bound_the_count_is_as_likely_as_was_asked(failed: int, runs: int):
    assert at_most(failed, runs, upper_bound(failed, runs, 0.99)) == pytest.approx(0.01)
    if failed:
        assert 1 - at_most(failed - 1, runs, lower_bound(failed, runs, 0.99)) == pytest.approx(0.01)


def test_what_cannot_be_bounds_nothing():
    assert (lower_bound(0, 5), upper_bound(5, 5)) == (0.0, 1.0)


@pytest.mark.parametrize(("failed", "runs"), [(-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_mistakes(failed: int, runs: int):
    with pytest.raises(ValueError, match=f"{failed} of {runs} runs cannot have failed"):
        upper_bound(failed, runs)


def test_a_bound_is_rounded_away_from_what_it_bounds():
    assert (percent(0.0487, up=True), percent(0.0487, up=False)) == ("4.9 %", "4.8 %")
    assert (percent(0.048, up=True), percent(1.0, up=True), percent(0.0, up=False)) == ("4.8 %", "100.0 %", "0.0 %")
