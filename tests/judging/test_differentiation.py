from typing import Literal

import pytest

from aqumen.events import Quote
from aqumen.judging.differentiation import Judged, judged
from aqumen.judging.findings import Finding, Findings
from aqumen.material import Answer, VerifiedMistake
from fakes.samples import ANSWER, CATALOG, QUESTION, QUOTE

Verdict = Literal["yes", "no", "unsure"]
ABSENT_QUOTE = "SELECT balance FROM accounts WHERE id = %s FOR UPDATE"


def _finding(number: int, present: Verdict, quote: str = QUOTE) -> Finding:
    return Finding(
        mistake=CATALOG[number].mistake, quote=quote, reason=f"Reason {number}.", present=present
    )


def _findings(*found: Finding) -> Findings:
    """All entries avoided, but those given."""
    given = {finding.mistake for finding in found}
    rest = (_finding(n, "no", "") for n in range(6) if CATALOG[n].mistake not in given)
    return Findings(findings=(*found, *rest), quality_score=5)


def _judged(mid: Findings | None, weak: Findings | None, answer: Answer = ANSWER) -> Judged:
    return judged(CATALOG, QUESTION, (answer, mid), (answer, weak))


def test_a_mistake_present_in_weak_and_absent_in_mid_differentiates() -> None:
    found = _judged(_findings(), _findings(_finding(2, "yes")))

    assert found.differentiated
    assert found.verified == (VerifiedMistake(mistake=CATALOG[2], quote=QUOTE),)


def test_the_evidence_has_every_entry_in_the_catalog_s_order_with_quotes_and_reasons() -> None:
    found = _judged(_findings(_finding(4, "unsure")), _findings(_finding(2, "yes")))

    assert [each.mistake for each in found.evidence] == [each.mistake for each in CATALOG]
    entry = found.evidence[2]
    start = ANSWER.text.index(QUOTE)
    assert entry.weak_quote == Quote(start=start, end=start + len(QUOTE), text=QUOTE)
    assert entry.mid_quote is None
    assert (entry.mid, entry.weak) == ("absent", "present")
    assert entry.weak_reason == "Reason 2."
    assert found.evidence[4].mid == "missing"


@pytest.mark.parametrize(
    "weak",
    [
        _findings(_finding(2, "yes", ABSENT_QUOTE)),
        _findings(_finding(2, "yes", "")),
        _findings(_finding(2, "yes", "balance")),
        _findings(_finding(2, "yes", QUESTION.question_text)),
        _findings(_finding(2, "unsure")),
        _findings(_finding(2, "yes"), _finding(2, "no")),
        _findings(_finding(2, "yes"), _finding(2, "unsure")),
        Findings(findings=(), quality_score=1),
        None,
    ],
)
def test_without_a_verified_yes_the_weak_answer_s_mistake_is_missing(weak: Findings | None) -> None:
    found = _judged(_findings(), weak)

    assert found.evidence[2].weak == "missing"
    assert found.evidence[2].weak_quote is None
    assert not found.differentiated
    assert found.as_attempt("T").outcome in {"no_evidence", "both_avoided"}


@pytest.mark.parametrize(
    "mid", [None, _findings(_finding(2, "unsure")), _findings(_finding(2, "yes", ABSENT_QUOTE))]
)
def test_without_an_explicit_no_the_mid_answer_s_mistake_counts_for_nothing(
    mid: Findings | None,
) -> None:
    found = _judged(mid, _findings(_finding(2, "yes")))

    assert not found.differentiated
    assert found.as_attempt("T").outcome == "no_evidence"


def test_a_quote_from_the_question_is_no_evidence_even_if_the_answer_repeats_it() -> None:
    asked = QUESTION.requirements[0]
    answer = Answer(text=f"As asked: {asked}", output="", rationale="", considerations="")

    found = _judged(_findings(), _findings(_finding(2, "yes", asked)), answer)

    assert found.evidence[2].weak == "missing"


def test_findings_that_agree_count_as_one() -> None:
    found = _judged(_findings(), _findings(_finding(2, "yes"), _finding(2, "yes")))

    assert found.evidence[2].weak == "present"


def test_if_both_avoid_everything_the_next_task_is_told_so() -> None:
    earlier = _judged(_findings(), _findings()).as_attempt("Transfer")

    assert earlier.title == "Transfer"
    assert earlier.outcome == "both_avoided"
    assert CATALOG[5].mistake in earlier.detail


def test_if_both_make_a_mistake_the_next_task_is_told_which() -> None:
    both = _findings(_finding(3, "yes"))

    earlier = _judged(both, both).as_attempt("Transfer")

    assert earlier.outcome == "both_made"
    assert earlier.detail == f"Both answers made: {CATALOG[3].mistake}."


def test_if_only_mid_makes_a_mistake_the_next_task_is_told_which() -> None:
    earlier = _judged(_findings(_finding(3, "yes")), _findings()).as_attempt("Transfer")

    assert earlier.outcome == "only_mid_made"
    assert CATALOG[3].mistake in earlier.detail


def test_a_judgement_that_is_not_there_is_no_evidence() -> None:
    earlier = _judged(None, None).as_attempt("Transfer")

    assert earlier.outcome == "no_evidence"
    assert CATALOG[0].mistake in earlier.detail


def test_mostly_missing_findings_do_not_show_that_both_avoided() -> None:
    unsure = _findings(*(_finding(number, "unsure") for number in range(4)))

    assert _judged(unsure, _findings()).as_attempt("T").outcome == "no_evidence"
