"""Unit tests for the Baseline model. No database."""

import statistics

import pytest

from backend.models import Baseline, ObjectType
from backend.models.baseline import MINIMUM_SAMPLES

pytestmark = pytest.mark.unit


def make_baseline(samples: list[float] = ()) -> Baseline:
    baseline = Baseline(camera_id="porch", object_type=ObjectType.PERSON, weekday=0, hour=8)
    for sample in samples:
        baseline.add(sample)
    return baseline


def test_a_new_baseline_is_empty():
    baseline = make_baseline()

    assert (baseline.sample_count, baseline.mean, baseline.squared_deviation) == (0, 0.0, 0.0)


@pytest.mark.parametrize("samples", [[4.0], [1.0, 3.0], [2.0, 2.0, 2.0], [0.0, 10.0, 5.0, 1.0]])
def test_mean_is_the_mean(samples):
    assert make_baseline(samples).mean == pytest.approx(statistics.fmean(samples))


@pytest.mark.parametrize("samples", [[1.0, 3.0], [2.0, 2.0, 2.0], [0.0, 10.0, 5.0, 1.0]])
def test_standard_deviation_is_that_of_the_samples(samples):
    expected = pytest.approx(statistics.stdev(samples))

    assert make_baseline(samples).standard_deviation == expected


@pytest.mark.parametrize("samples", [[], [4.0]])
def test_standard_deviation_needs_two_samples(samples):
    assert make_baseline(samples).standard_deviation == 0.0


def test_negative_count_is_refused_and_changes_nothing():
    baseline = make_baseline([2.0])

    with pytest.raises(ValueError, match="cannot be negative"):
        baseline.add(-1)
    assert (baseline.sample_count, baseline.mean) == (1, 2.0)


def test_nothing_is_unusual_before_enough_samples():
    baseline = make_baseline([1.0] * (MINIMUM_SAMPLES - 1))

    assert not baseline.is_unusual(1000)


def test_a_count_far_from_the_mean_is_unusual():
    baseline = make_baseline([4.0, 6.0] * MINIMUM_SAMPLES)

    assert baseline.is_unusual(50)
    assert not baseline.is_unusual(5)


def test_fewer_sigmas_are_stricter():
    baseline = make_baseline([4.0, 6.0] * MINIMUM_SAMPLES)

    assert baseline.is_unusual(7, sigmas=1)
    assert not baseline.is_unusual(7, sigmas=3)


def test_round_trip_through_dictionary():
    data = make_baseline([1.0, 2.0]).to_dict()

    assert Baseline.from_dict(data).to_dict() == data
