"""Ratios of pairs, spreads, names of figures, and the table made of them."""

import pytest

from bench import table
from bench.figures import Case, Spread, metrics, ratio, spread
from bench.measure import Sample


def case(**walls: list[float]) -> Case:
    return Case("s-10", "no-op", {tool: [Sample(wall=wall) for wall in taken] for tool, taken in walls.items()})


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([2.0], [1.0], Spread(2.0, 2.0, 2.0)),
        # The machine was twice as slow in the second round: the ratio does not see it.
        ([1.0, 2.0], [2.0, 4.0], Spread(0.5, 0.5, 0.5)),
        ([1.0, 2.0, 9.0], [1.0, 1.0, 1.0], Spread(2.0, 1.0, 9.0)),
        # One real cold run of the peer beside three of ours.
        ([2.0, 4.0, 6.0], [2.0], Spread(2.0, 1.0, 3.0)),
        ([3.0], [1.0, 2.0, 3.0], Spread(1.5, 1.0, 3.0)),
    ],
)
def test_ratios_are_taken_pair_by_pair(ours: list[float], theirs: list[float], expected: Spread):
    assert ratio(case(taskgraph=ours, ninja=theirs), "ninja", "wall") == expected


def test_without_figures_of_both_there_is_no_ratio():
    assert ratio(case(taskgraph=[1.0]), "ninja", "wall") is None
    assert ratio(case(taskgraph=[1.0], ninja=[0.0]), "ninja", "wall") is None
    assert ratio(case(taskgraph=[1.0], ninja=[1.0]), "ninja", "cpu") is None


def test_a_spread_is_the_median_and_the_range():
    assert spread(case(taskgraph=[5.0, 1.0, 2.0]), "taskgraph", "wall") == Spread(2.0, 1.0, 5.0)
    assert spread(case(taskgraph=[]), "taskgraph", "wall") is None


def test_figures_are_named_by_section_case_quantity_and_peer():
    measured = case(taskgraph=[3.0], ninja=[2.0])
    measured.more["ran"] = 1
    assert metrics([measured]) == {"s-10/no-op/wall": 3.0, "s-10/no-op/wall/ninja": 1.5, "s-10/no-op/ran": 1}


def test_the_table_has_ratios_first_and_leaves_out_what_nobody_measured():
    measured = case(taskgraph=[0.3, 0.5], ninja=[0.1, 0.5])
    measured.notes["ninja"] = "1 ran"
    assert table.render([measured, case(taskgraph=[0.0021])]) == (
        "s-10              wall ×            wall\n"
        "no-op  taskgraph                    400 (300–500) ms\n"
        "       ninja      2.00 (1.00–3.00)  300 (100–500) ms  1 ran\n"
        "no-op  taskgraph                    2.1 ms"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12.34, "12"), (1.234, "1.23"), (0.1, "0.10"), (0.0949, "0.095"), (0.01234, "0.012"), (0.0003, "0.0003")],
)
def test_small_ratios_keep_two_digits(value: float, shown: str):
    assert table.show_ratio(Spread(value, value, value)) == shown


@pytest.mark.parametrize(
    ("value", "quantity", "shown"),
    [
        (0.00123, "cpu", "1.2 ms"),
        (0.0123, "wall", "12 ms"),
        (61.234, "wall", "61.23 s"),
        (12_345_678, "memory", "12.3 MB"),
        (12_345, "syscalls", "12,345"),
    ],
)
def test_units(value: float, quantity: str, shown: str):
    assert table.show(Spread(value, value, value), quantity) == shown
