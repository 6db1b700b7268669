from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aqumen.events import Presence
from aqumen.judging import gate, panel
from aqumen.judging.differentiation import judged
from aqumen.judging.findings import Finding, Findings
from aqumen.judging.panel import Words, agreement, found
from aqumen.judging.tally import Mark, Tally
from fakes.samples import ANSWER, CATALOG, QUESTION, QUOTE

NAME = CATALOG[0].mistake
PRESENCES: tuple[Presence, Presence] = ("present", "absent")
INVENTED = "SELECT balance FROM accounts WHERE id = %s FOR UPDATE"


def says(present: str, quote: str = QUOTE) -> Findings:
    """Findings on the first entry alone."""
    finding = {"mistake": NAME, "quote": quote, "reason": f"Says {present}.", "present": present}
    return Findings(findings=(Finding.model_validate(finding),), quality_score=5)


YES, NO, UNSURE, UNPROVEN = says("yes"), says("no"), says("unsure"), says("yes", INVENTED)


@pytest.mark.parametrize(
    ("first", "second", "presence", "disputed"),
    [
        (YES, YES, "present", False),
        (NO, NO, "absent", False),
        (YES, NO, "missing", True),
        (NO, YES, "missing", True),
        (YES, UNPROVEN, "missing", False),
        (UNPROVEN, NO, "missing", False),
        (UNSURE, YES, "missing", False),
        (NO, UNSURE, "missing", False),
        (None, NO, "missing", False),
    ],
)
def test_a_word_counts_if_both_judges_say_it_and_a_contradiction_is_a_dispute(
    first: Findings | None, second: Findings | None, presence: Presence, disputed: bool
) -> None:
    seen = found(NAME, [first, second], ANSWER, QUESTION)

    assert (seen.presence, seen.disputed) == (presence, disputed)
    assert (seen.quote is not None) == (presence == "present")
    assert len(seen.judges) == 2


def test_with_one_judge_nothing_is_said_of_two() -> None:
    seen = found(NAME, [YES], ANSWER, QUESTION)

    assert (seen.presence, seen.judges, seen.disputed) == ("present", (), False)


def test_a_dispute_keeps_both_judges_words_and_says_what_it_is() -> None:
    seen = found(NAME, [YES, NO], ANSWER, QUESTION)

    assert [each.reason for each in seen.judges] == ["Says yes.", "Says no."]
    assert seen.judges[0].quote is not None
    assert "contradict each other" in seen.reason


def test_a_mistake_that_one_judge_does_not_find_does_not_differentiate() -> None:
    for weak in ((YES, NO), (NO, YES), (YES, UNPROVEN)):
        assert not judged(CATALOG, QUESTION, (ANSWER, NO, NO), (ANSWER, *weak)).differentiated
    for mid in ((NO, YES), (NO, UNSURE)):
        assert not judged(CATALOG, QUESTION, (ANSWER, *mid), (ANSWER, YES, YES)).differentiated
    assert judged(CATALOG, QUESTION, (ANSWER, NO, NO), (ANSWER, YES, YES)).differentiated


def test_the_evidence_names_the_judges_words_and_the_dispute() -> None:
    entry = judged(CATALOG, QUESTION, (ANSWER, NO, NO), (ANSWER, YES, NO)).evidence[0]

    assert (entry.mid_disputed, entry.weak_disputed) == (False, True)
    assert [each.presence for each in entry.weak_judges] == ["present", "absent"]


def table(both: int, first: int, second: int, neither: int) -> Iterable[Words]:
    made, avoided = PRESENCES
    told: list[Words] = [(made, made)] * both + [(made, avoided)] * first
    yield from told + [(avoided, made)] * second + [(avoided, avoided)] * neither


def test_agreement_is_a_share_with_its_interval_and_cohen_s_kappa() -> None:
    # The usual example: 50 grant applications, 35 on which both readers say the same.
    of = agreement(table(20, 5, 10, 15))

    assert (of.same, of.counted, of.share) == (35, 50, 0.7)
    assert of.kappa == pytest.approx(0.4)
    known = stats.binomtest(35, 50).proportion_ci(0.95, method="wilson")
    assert of.lower == pytest.approx(known.low)
    assert of.upper == pytest.approx(known.high)


def test_what_either_judge_leaves_open_is_no_agreement_and_no_disagreement() -> None:
    of = agreement([("missing", "absent"), ("present", "missing"), ("missing", "missing")])

    assert (of.same, of.counted, of.share, of.kappa) == (0, 0, None, None)


def test_judges_who_only_ever_say_one_word_have_no_kappa() -> None:
    assert agreement(table(0, 0, 0, 9)).kappa is None
    assert agreement(table(0, 0, 0, 9)).share == 1.0


@given(st.tuples(*[st.integers(0, 30)] * 4))
def test_agreement_does_not_depend_on_who_is_the_first_judge(counts: tuple[int, ...]) -> None:
    told = list(table(*counts))
    ours, theirs = agreement(told), agreement([(second, first) for first, second in told])

    assert (ours.same, ours.counted) == (theirs.same, theirs.counted)
    assert ours.kappa == pytest.approx(theirs.kappa)
    assert ours.kappa is None or -1 - 1e-9 <= ours.kappa <= 1 + 1e-9


def marks(absent: int = 0, present: int = 0, missing: int = 0, disputed: int = 0) -> list[Mark]:
    counts: dict[Mark, int] = {
        "absent": absent,
        "present": present,
        "missing": missing,
        "disputed": disputed,
    }
    return [mark for mark, count in counts.items() for _ in range(count)]


def test_disputed_answers_count_for_no_rate_and_do_not_void_a_confirmation() -> None:
    mid = Tally.of(marks(absent=9, disputed=3))
    weak = Tally.of(marks(present=9, disputed=3))

    assert (mid.known, mid.taken, mid.missing, mid.silent) == (9, 12, 3, 0)
    assert not gate.too_many_missing(mid, weak)
    assert gate.passes(mid, weak, 0.95)
    assert "the judges contradict each other on 6" in gate.verdict("M", mid, weak, 0.95)


@pytest.mark.parametrize(("disputed", "void"), [(6, False), (7, True)])
def test_disputes_on_more_than_half_of_a_model_s_answers_void_a_confirmation(
    disputed: int, void: bool
) -> None:
    mid = Tally.of(marks(absent=12))
    weak = Tally.of(marks(present=12 - disputed, disputed=disputed))

    assert gate.too_many_missing(mid, weak) is gate.too_many_missing(weak, mid) is void
    assert gate.passes(mid, weak, 0.95) is not void
    said = f"{disputed} of the weak-tier one's"
    assert (said in gate.verdict("M", mid, weak, 0.95)) is void


def test_missing_answers_void_a_confirmation_whatever_is_disputed() -> None:
    mid = Tally.of(marks(absent=9, missing=3))
    weak = Tally.of(marks(present=9, disputed=3))

    assert gate.too_many_missing(mid, weak)
    assert "3 of 24 answers gave no usable evidence" in gate.verdict("M", mid, weak, 0.95)


def test_a_confirmation_that_is_all_dispute_does_not_pass() -> None:
    nothing = Tally.of(marks(disputed=gate.ANSWERS))

    assert not gate.passes(nothing, nothing, 0.95)
    assert panel.words(()) == []
