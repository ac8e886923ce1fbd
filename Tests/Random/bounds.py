"""What a count of failed runs says about how often runs fail: exact one-sided bounds (Clopper–Pearson). Pure."""

from math import comb

CONFIDENCE = 0.95


def upper_bound(failed: int, runs: int, confidence: float = CONFIDENCE) -> float:
    """The largest rate at which so few failures are still as likely as 1 - confidence. 0 of n: 1 - 0.05^(1/n)."""
    check(failed, runs)
    if failed == runs:
        return 1.0
    return root(lambda rate: at_most(failed, runs, rate) - (1 - confidence))


def lower_bound(failed: int, runs: int, confidence: float = CONFIDENCE) -> float:
    """The smallest rate at which so many failures are still as likely as 1 - confidence."""
    check(failed, runs)
    if failed == 0:
        return 0.0
    return root(lambda rate: (1 - confidence) - (1 - at_most(failed - 1, runs, rate)))


def check(failed: int, runs: int) -> None:
    if not 0 <= failed <= runs or runs == 0:
        raise ValueError(f"{failed} of {runs} runs cannot have failed")


def at_most(failed: int, runs: int, rate: float) -> float:
    """The probability of at most so many failures in so many independent runs."""
    return sum(comb(runs, k) * rate**k * (1 - rate) ** (runs - k) for k in range(failed + 1))


def root(falling) -> float:
    """Where a function of a rate that falls from above 0 to below it is 0."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def percent(rate: float, *, up: bool) -> str:
    """With one digit, rounded away from what it bounds: a bound that is rounded to the other side would be none."""
    tenths = rate * 1000
    rounded = -int(-tenths // 1) if up else int(tenths)
    return f"{rounded / 10:.1f} %"
