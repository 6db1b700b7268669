import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aqumen.judging.discovery import benjamini_hochberg, p_value
from aqumen.judging.gate import confidence_for, passes
from aqumen.judging.tally import Tally

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(P_VALUES, st.sampled_from([0.01, 0.05, 0.2]))
def test_the_list_is_that_of_an_independent_library(values: list[float], rate: float) -> None:
    adjusted = stats.false_discovery_control(values)

    for stands, theirs in zip(benjamini_hochberg(values, rate), adjusted, strict=True):
        if theirs != pytest.approx(rate, rel=1e-9):
            assert stands == (theirs <= rate)


def test_of_no_questions_none_stands() -> None:
    assert benjamini_hochberg([], 0.05) == []


@given(st.integers(0, 12), st.integers(0, 12), st.integers(1, 5))
def test_what_passes_the_gate_has_a_p_value_within_its_error(
    mid: int, weak: int, attempts: int
) -> None:
    pair = (Tally(mid, 12 - mid), Tally(weak, 12 - weak))
    p = p_value(*pair)

    assert 0 <= p <= 1
    if passes(*pair, confidence_for(attempts)):
        assert p <= 0.05 / attempts
    if mid <= weak:
        assert p == 1.0


@pytest.mark.parametrize(
    "pair",
    [
        (Tally(12), Tally(0, 9)),
        (Tally(10, 0, 2), Tally(0, 11, 1)),
        (Tally(0, 0, 12), Tally(0, 12)),
    ],
)
def test_a_confirmation_that_is_not_whole_or_void_shows_nothing(pair: tuple[Tally, Tally]) -> None:
    assert p_value(*pair) == 1.0
