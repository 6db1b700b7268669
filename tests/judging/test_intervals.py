from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aqumen.judging.intervals import Interval, newcombe, wilson, z_of

confidences = st.floats(0.51, 0.9999)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 400))
    return draw(st.integers(0, total)), total


def by_scipy(count: int, total: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval whose each bound has the one-sided confidence."""
    found = stats.binomtest(count, total).proportion_ci(2 * confidence - 1, method="wilson")
    return float(found.low), float(found.high)


@given(confidences)
def test_the_quantile_is_that_of_the_normal_distribution(confidence: float) -> None:
    assert z_of(confidence) == pytest.approx(stats.norm.ppf(confidence), rel=1e-9, abs=1e-12)


@given(counts(), confidences)
def test_wilson_s_bounds_are_those_of_an_independent_library(
    count: tuple[int, int], confidence: float
) -> None:
    ours = wilson(*count, z_of(confidence))

    assert (ours.lower, ours.upper) == pytest.approx(by_scipy(*count, confidence), abs=1e-9)
    assert ours.lower <= ours.estimate <= ours.upper


@given(counts(), counts(), confidences)
def test_newcombe_s_bounds_follow_from_the_library_s_wilson_bounds(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    (p1, n1), (p2, n2) = first, second
    low1, high1 = by_scipy(p1, n1, confidence)
    low2, high2 = by_scipy(p2, n2, confidence)
    d = p1 / n1 - p2 / n2

    ours = newcombe(wilson(*first, z_of(confidence)), wilson(*second, z_of(confidence)))

    assert ours.estimate == pytest.approx(d)
    assert ours.lower == pytest.approx(d - hypot(p1 / n1 - low1, high2 - p2 / n2), abs=1e-8)
    assert ours.upper == pytest.approx(d + hypot(high1 - p1 / n1, p2 / n2 - low2), abs=1e-8)


def test_the_example_of_newcombe_s_paper_comes_out() -> None:
    # Table II (a) of Newcombe 1998: 56/70 - 48/80, method 10, two-sided 95 %.
    z = z_of(0.975)

    found = newcombe(wilson(56, 70, z), wilson(48, 80, z))

    assert tuple(round(each, 4) for each in found) == (0.2, 0.0524, 0.3339)


@given(counts(), counts(), confidences)
def test_swapping_the_two_mirrors_the_interval(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    one, other = (wilson(*each, z_of(confidence)) for each in (first, second))

    forth, back = newcombe(one, other), newcombe(other, one)

    assert forth == pytest.approx(Interval(-back.estimate, -back.upper, -back.lower))
