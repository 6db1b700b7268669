from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aqumen.judging.gate import (
    ANSWERS,
    can_pass,
    confidence_for,
    gate,
    passes,
    too_many_missing,
    verdict,
)
from aqumen.judging.tally import Tally, difference

ATTEMPTS = st.integers(1, 5)


@st.composite
def tallies(draw: st.DrawFn, at_most: int = ANSWERS) -> Tally:
    missing = draw(st.integers(0, 3))
    absent = draw(st.integers(0, at_most - missing))
    return Tally(absent, draw(st.integers(0, at_most - missing - absent)), missing)


def every(taken: int) -> Iterator[Tally]:
    """Every way so many answers can have turned out."""
    for absent, present in product(range(taken + 1), repeat=2):
        if absent + present <= taken:
            yield Tally(absent, present, taken - absent - present)


def whole(absent: int, missing: int = 0) -> Tally:
    return Tally(absent, ANSWERS - absent - missing, missing)


@pytest.mark.parametrize(
    ("attempts", "confidence"), [(1, 0.95), (3, 1 - 0.05 / 3), (5, pytest.approx(0.99))]
)
def test_the_error_is_shared_among_the_attempts(attempts: int, confidence: float) -> None:
    assert confidence_for(attempts) == confidence


@given(tallies(), tallies(), ATTEMPTS)
def test_the_gate_is_what_the_rule_says(mid: Tally, weak: Tally, attempts: int) -> None:
    confidence = confidence_for(attempts)
    bounds = difference(mid, weak, confidence)

    assert passes(mid, weak, confidence) == (
        mid.taken == weak.taken == 12
        and (mid.missing + weak.missing) / 24 <= 0.1
        and bounds is not None
        and bounds.lower > 0
        and round(mid.absent / mid.known, 9) >= 0.7
        and weak.absent / weak.known <= 0.5
    )


def test_each_check_that_fails_says_why() -> None:
    checks = gate(Tally(5, 3, 1), Tally(7, 1, 2), confidence_for(3))

    assert {check.name for check in checks if not check.passed} == {
        "all_sampled",
        "few_missing",
        "mid_avoids",
        "weak_fails",
        "difference_above_zero",
    }
    assert all(check.detail.endswith(".") for check in checks)
    assert "19 of 24" in checks[0].detail


def test_bounds_are_known_once_both_sides_are() -> None:
    assert difference(Tally(1), Tally(missing=1), 0.95) is None
    assert difference(Tally(1), Tally(0, 1), 0.95) is not None
    assert Tally(missing=2).p is None


@cache
def _ends() -> list[Tally]:
    return list(every(ANSWERS))


@pytest.mark.parametrize("attempts", [1, 3, 5])
def test_futility_is_declared_exactly_where_no_continuation_passes(attempts: int) -> None:
    confidence = confidence_for(attempts)
    ends, states = _ends(), [tally for taken in range(ANSWERS + 1) for tally in every(taken)]
    passing = np.array([[passes(mid, weak, confidence) for weak in ends] for mid in ends], int)
    leads_to = np.array([[_leads_to(state, end) for end in ends] for state in states], int)

    may_pass = leads_to @ passing @ leads_to.T > 0

    few = [place for place, state in enumerate(states) if place % 3 == 0 or state.missing == 0]
    told = np.array([[can_pass(states[m], states[w], confidence) for w in few] for m in few[::5]])
    assert (told == may_pass[np.ix_(few[::5], few)]).all()


def _leads_to(state: Tally, end: Tally) -> bool:
    return (
        end.absent >= state.absent and end.present >= state.present and end.missing >= state.missing
    )


@pytest.mark.parametrize("attempts", [1, 2, 3, 4, 5])
def test_no_more_than_one_run_in_twenty_certifies_what_separates_nothing(attempts: int) -> None:
    """Counted out, not simulated: six mistakes, all at one rate, screened and then confirmed."""
    confidence = confidence_for(attempts)
    passing = [
        (mid, weak)
        for mid, weak in product(range(ANSWERS + 1), repeat=2)
        if passes(whole(mid), whole(weak), confidence)
    ]
    for rate in np.arange(0.02, 1, 0.02):
        of, few = stats.binom(ANSWERS, rate).pmf, stats.binom(3, rate)
        confirmed = sum(float(of(mid) * of(weak)) for mid, weak in passing)
        screened = 1 - (1 - float(few.sf(1) * few.cdf(1))) ** 6

        assert 1 - (1 - screened * confirmed) ** attempts <= 0.05


@given(tallies(), tallies())
def test_a_missing_answer_more_never_makes_a_confirmation_pass(mid: Tally, weak: Tally) -> None:
    confidence = confidence_for(3)
    if mid.absent == 0 or weak.present == 0:
        return

    fewer_mid = Tally(mid.absent - 1, mid.present, mid.missing + 1)
    fewer_weak = Tally(weak.absent, weak.present - 1, weak.missing + 1)

    if passes(fewer_mid, weak, confidence) or passes(mid, fewer_weak, confidence):
        assert passes(mid, weak, confidence)


@pytest.mark.parametrize(
    ("mid", "weak", "words"),
    [
        (whole(11), whole(2), "The confirmation passed"),
        (whole(10, 1), whole(2, 2), "3 of 24 answers gave no usable evidence"),
        (whole(6), whole(2), 'mid-tier model avoided "Name" in 6 of 12 answers'),
        (whole(11), whole(8), "weak-tier one in 8 of 12"),
        (whole(9), whole(6), "did not pass: "),
        (Tally(1, 6), Tally(1, 1), "did not pass when it could pass no more"),
    ],
)
def test_what_came_of_a_confirmation_is_said_in_words(mid: Tally, weak: Tally, words: str) -> None:
    assert words in verdict("Name", mid, weak, confidence_for(3))


def test_two_of_twenty_four_may_be_missing_and_three_may_not() -> None:
    assert not too_many_missing(Tally(missing=2), Tally())
    assert too_many_missing(Tally(missing=2), Tally(missing=1))
