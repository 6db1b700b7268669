from typing import Any

from aqumen.events import Check
from aqumen.judging.blinding import shuffled
from aqumen.steps.judgement import Judgement
from fakes.samples import AIM, ANSWER, CATALOG, QUESTION, findings, replied

STEP = Judgement(AIM.topic, QUESTION, ANSWER, shuffled(CATALOG, "run 1"))


def _failed(given: Any) -> list[Check]:
    return [check for check in STEP.accept(replied(given)).checks if not check.passed]


def test_findings_come_under_the_catalog_s_own_names() -> None:
    given = findings(e1="Yes")
    given["findings"][1]["mistake"] = f"2. {CATALOG[1].mistake.upper()}"

    value = STEP.accept(replied(given)).value

    assert value is not None
    assert value.findings[1].mistake == CATALOG[1].mistake
    assert value.findings[1].present == "yes"
    assert value.quality_score == 6


def test_a_quote_that_is_not_there_does_not_reject_the_answer() -> None:
    given = findings(e0="yes")
    given["findings"][0]["quote"] = "These words stand nowhere."

    assert _failed(given) == []


def test_a_yes_without_a_quote_is_rejected_and_a_no_is_not() -> None:
    given = findings(e0="yes")
    for finding in given["findings"]:
        finding["quote"] = " "

    (check,) = _failed(given)

    assert check.name == "quotes_given"
    assert CATALOG[0].mistake in check.detail
    assert CATALOG[1].mistake not in check.detail


def test_a_missing_entry_is_named() -> None:
    given = findings()
    del given["findings"][3]

    (check,) = _failed(given)

    assert check.name == "entries_complete"
    assert CATALOG[3].mistake in check.detail


def test_a_second_finding_on_an_entry_is_rejected() -> None:
    given = findings()
    given["findings"].append(given["findings"][0])

    assert [check.name for check in _failed(given)] == ["entries_once"]


def test_an_entry_that_is_not_in_the_list_is_rejected() -> None:
    given = findings()
    given["findings"].append({**given["findings"][0], "mistake": "Something else altogether"})

    assert [check.name for check in _failed(given)] == ["entries_known"]


def test_a_score_outside_of_one_to_ten_is_rejected() -> None:
    assert [check.name for check in _failed({**findings(), "quality_score": 11})] == ["shape"]


def test_the_quote_is_asked_for_before_the_verdict() -> None:
    tool = STEP.ask().tool
    assert tool is not None

    fields = list(tool.schema["properties"]["findings"]["items"]["properties"])

    assert fields == ["mistake", "quote", "reason", "present"]


def test_the_judge_is_asked_without_chance() -> None:
    assert STEP.ask().temperature == 0


def test_the_entries_are_told_in_the_given_order_with_name_and_reason_only() -> None:
    told = STEP.ask().values["entries"]

    places = [told.index(entry.mistake) for entry in STEP.entries]
    assert places == sorted(places)
    assert all(entry.match_hint not in told for entry in CATALOG)
