from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aqumen.events import Count, Measured, now
from aqumen.judging.correction import Labels, accuracy, corrected, rogan_gladen
from aqumen.judging.intervals import Z_95, Interval
from aqumen.judging.tally import Mark

EXACT = Labels(10**7, 10**7, 10**7, 10**7, 0)
"""Of a judge that is never wrong, on very many labels."""


def of(shown: int, total: int, labels: Labels) -> Interval:
    found = rogan_gladen(shown, total, labels, Z_95)
    assert found is not None
    return found


def labels(se: int, sp: int, each: int) -> Labels:
    return Labels(each, se, each, sp, 0)


@pytest.mark.parametrize(
    ("shown", "total", "known", "true"),
    [
        (50, 100, labels(90, 90, 100), 0.5),
        (34, 100, labels(90, 90, 100), 0.3),
        (30, 100, labels(80, 90, 100), 2 / 7),
        (5, 100, labels(90, 90, 100), 0.0),
        (95, 100, labels(90, 90, 100), 1.0),
    ],
)
def test_the_estimate_is_rogan_and_gladens_within_0_and_1(
    shown: int, total: int, known: Labels, true: float
) -> None:
    assert of(shown, total, known).estimate == pytest.approx(true)


@pytest.mark.parametrize(("shown", "total"), [(0, 12), (3, 12), (11, 12), (40, 90)])
def test_a_judge_that_is_never_wrong_leaves_the_agresti_coull_interval(
    shown: int, total: int
) -> None:
    # As stated by Agresti and Coull (1998), from scipy's normal distribution.
    z = stats.norm.ppf(0.975)
    n = total + z * z
    middle = (shown + z * z / 2) / n
    low, high = stats.norm.interval(0.95, middle, np.sqrt(middle * (1 - middle) / n))

    found = of(shown, total, EXACT)

    assert found.estimate == pytest.approx(shown / total, abs=1e-6)
    assert found.lower == pytest.approx(max(0.0, low), abs=1e-4)
    assert found.upper == pytest.approx(min(1.0, high), abs=1e-4)


WORLDS = list(product([0.1, 0.3, 0.5, 0.9], [(0.9, 0.9), (0.8, 0.8), (0.95, 0.7)], [30, 100]))


@pytest.mark.parametrize(("true", "right", "each"), WORLDS)
def test_the_interval_holds_the_true_share_as_often_as_it_says(
    true: float, right: tuple[float, float], each: int
) -> None:
    """Counted over simulated labels and answers: 95 % and no less but for chance."""
    draw = np.random.default_rng(20261130)
    se, sp = right
    runs, answers = 800, 12
    shown = draw.binomial(answers, true * se + (1 - true) * (1 - sp), runs)
    found, cleared = draw.binomial(each, se, runs), draw.binomial(each, sp, runs)

    held = sum(
        bounds is None or bounds.lower <= true <= bounds.upper
        for k, x, y in zip(shown, found, cleared, strict=True)
        for bounds in [rogan_gladen(int(k), answers, labels(int(x), int(y), each), Z_95)]
    )

    assert held / runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)


def test_few_labels_widen_the_interval() -> None:
    few, many = of(6, 12, labels(9, 9, 10)), of(6, 12, labels(900, 900, 1000))

    assert few.estimate == pytest.approx(many.estimate)
    assert few.upper - few.lower > 1.2 * (many.upper - many.lower)


def test_a_judge_no_better_than_chance_corrects_nothing() -> None:
    assert rogan_gladen(6, 12, labels(50, 50, 100), Z_95) is None
    assert rogan_gladen(6, 12, labels(30, 60, 100), Z_95) is None
    assert rogan_gladen(6, 12, Labels(0, 0, 5, 5, 0), Z_95) is None
    assert rogan_gladen(0, 0, labels(90, 90, 100), Z_95) is None


def test_labels_that_do_not_rule_chance_out_leave_everything_open() -> None:
    assert of(6, 12, labels(3, 3, 5))[1:] == (0.0, 1.0)


@given(
    st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.tuples(*[st.integers(1, 60)] * 2).flatmap(
        lambda n: st.tuples(
            st.just(n[0]), st.integers(0, n[0]), st.just(n[1]), st.integers(0, n[1]), st.just(0)
        )
    ),
)
def test_estimate_and_bounds_are_shares_in_order(
    answers: tuple[int, int], counts: tuple[int, int, int, int, int]
) -> None:
    found = rogan_gladen(*answers, Labels(*counts), Z_95)

    assert found is None or 0 <= found.lower <= found.estimate <= found.upper <= 1


def test_labels_are_counted_by_what_was_made_and_what_is_said() -> None:
    told: list[tuple[bool, Mark]] = [
        (True, "present"),
        (True, "absent"),
        (True, "disputed"),
        (True, "missing"),
        (False, "present"),
        (False, "absent"),
        (False, "disputed"),
    ]

    counted = Labels.of(told)

    assert counted == Labels(made=3, found=1, avoided=3, cleared=2, unclear=1)
    assert counted.telling
    assert not Labels.of(told[:4]).telling


def measured(mid: Count, weak: Count) -> Measured:
    return Measured(mistake="M", mid=mid, weak=weak, confidence=0.95)


def test_both_models_rates_are_corrected_with_disputes_among_the_answers() -> None:
    known = accuracy(labels(90, 90, 100), judge="j", judge_2="k", prompt="p", at=now())
    mid = Count(absent=9, present=1, missing=3, disputed=2)
    weak = Count(absent=2, present=8, missing=2, disputed=2)

    found = corrected(measured(mid, weak), known)

    assert found is not None
    assert found.p_mid == pytest.approx(1 - (1 / 12 + 0.9 - 1) / 0.8, abs=0.03)
    assert found.p_weak == pytest.approx(1 - (8 / 12 + 0.9 - 1) / 0.8)
    assert found.p_weak_lower < found.p_weak < found.p_weak_upper
    assert (known.sensitivity, known.made) == (0.9, 100)
    bounds = stats.binomtest(90, 100).proportion_ci(0.95, method="wilson")
    assert (known.specificity_lower, known.specificity_upper) == pytest.approx(
        (bounds.low, bounds.high)
    )


def test_where_nothing_was_counted_nothing_is_corrected() -> None:
    known = accuracy(labels(90, 90, 100), judge="j", judge_2=None, prompt="p", at=now())
    nothing = Count(absent=0, present=0, missing=3)

    assert corrected(measured(nothing, Count(absent=1, present=2, missing=0)), known) is None
