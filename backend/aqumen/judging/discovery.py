"""Which of many confirmed questions stand, where so many were put to the test."""

from collections.abc import Sequence
from statistics import NormalDist

from . import gate
from .intervals import newcombe, wilson
from .tally import Tally

FALSE_DISCOVERY_RATE = 0.05
"""The share of questions on the list that may separate nothing."""
_LARGEST_Z = 10.0
_STEPS = 60


def p_value(mid: Tally, weak: Tally) -> float:
    """Return the error at which the lower bound of the difference would be zero.

    1 for a confirmation that is void, was not taken whole, or shows no advantage.
    """
    whole = mid.taken == weak.taken == gate.ANSWERS
    if not whole or gate.too_many_missing(mid, weak) or _lower(mid, weak, 0.0) <= 0:
        return 1.0
    low, high = 0.0, _LARGEST_Z
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _lower(mid, weak, middle) > 0 else (low, middle)
    return NormalDist().cdf(-low)


def benjamini_hochberg(p_values: Sequence[float], rate: float) -> list[bool]:
    """Return which hypotheses stand at a false discovery rate, in their order."""
    ordered = sorted(p_values)
    allowed = [p for rank, p in enumerate(ordered, 1) if p <= rate * rank / len(ordered)]
    return [bool(allowed) and p <= allowed[-1] for p in p_values]


def _lower(mid: Tally, weak: Tally, z: float) -> float:
    return newcombe(wilson(mid.absent, mid.known, z), wilson(weak.absent, weak.known, z)).lower
