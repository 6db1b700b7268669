"""How far a counted share can be trusted: Wilson's interval, Newcombe's for a difference.

Both are score intervals: they hold for a dozen answers and at shares of 0 and 1, where the usual
normal approximation does not.
"""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """A share or a difference of shares, and how low and how high it may well be."""

    estimate: float
    lower: float
    upper: float


Z_95 = NormalDist().inv_cdf(0.975)
"""The quantile of a two-sided interval of 95 %."""


def z_of(confidence: float) -> float:
    """Return the normal quantile of a one-sided confidence between 0 and 1, exclusive."""
    return NormalDist().inv_cdf(confidence)


def wilson(count: int, total: int, z: float) -> Interval:
    """Return the share `count / total` between its Wilson bounds; `total` is 1 or more."""
    share = count / total
    widened = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / widened
    reach = z / widened * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    # At shares of 0 and 1 one bound is the share itself, which rounding would miss by a hair.
    return Interval(
        share, min(share, max(0.0, middle - reach)), max(share, min(1.0, middle + reach))
    )


def newcombe(first: Interval, second: Interval) -> Interval:
    """Return first minus second between its bounds, from the Wilson intervals of both.

    Newcombe's hybrid score interval (1998, method 10), at the confidence of the two.
    """
    difference = first.estimate - second.estimate
    below = sqrt((first.estimate - first.lower) ** 2 + (second.upper - second.estimate) ** 2)
    above = sqrt((first.upper - first.estimate) ** 2 + (second.estimate - second.lower) ** 2)
    return Interval(difference, difference - below, difference + above)
