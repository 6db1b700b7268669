"""Attempts that ask each model several times."""

import json
from dataclasses import replace
from html import escape
from typing import Any

from aqumen.events import now
from aqumen.judging.correction import Labels, accuracy
from console.board import Board
from console.fold import fold
from console.places import Sampled
from console.sampling import answer_of, came_to, outcome_of, phases, under_way
from console.stream import Message
from console.views import evidence_tab
from console.views.sampled import as_html
from fakes.api import FakeApi
from fakes.certified import ORDERED, certified, certified_by
from fakes.judges import disputing, with_second
from fakes.sampling import Choice, confirming, cut_short
from fakes.screen import Open, shown


def told(**more: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a certified run, as the real pipeline tells them."""
    return [(event.name, json.loads(event.data)) for event in certified(**more).events]


def board_of(events: list[tuple[str, dict[str, Any]]], until: int | None = None) -> Board:
    return fold(Board(), [Message(data["seq"], name, data) for name, data in events[:until]])


def mid_is_cut_short(tier: str, phase: str, index: int) -> Choice:
    cut = (tier, phase) == ("mid", "confirm") and index <= 2
    return cut_short() if cut else tier


def test_the_counts_the_bars_show_are_those_the_gate_ruled_on() -> None:
    events = told(choose=mid_is_cut_short)

    screen, confirmation = phases(board_of(events), 1)

    gates = [data for name, data in events if name == "gate"]
    for phase, gate in zip((screen, confirmation), gates, strict=True):
        for tally, count in (
            (phase.mid, gate["measured"]["mid"]),
            (phase.weak, gate["measured"]["weak"]),
        ):
            assert (tally.avoided, tally.missing) == (count["absent"], count["missing"])
            assert len(tally.outcomes) == sum(count.values())
    assert confirmation.mid.missing == 2
    assert confirmation.rates.lower is not None
    assert confirmation.mid.lower is not None


def test_bars_fill_answer_by_answer_and_all_conditions_are_open_until_the_gate_rules() -> None:
    events = told()
    samples = [number for number, (name, _) in enumerate(events, start=1) if name == "sample"]

    filling = [phases(board_of(events, until), 1)[-1] for until in samples]

    assert [phase.judged for phase in filling] == [*range(1, 7), *range(1, 25)]
    assert {phase.expected for phase in filling} == {3, 12}
    assert {item.state for phase in filling for item in phase.checklist} == {"open"}
    # A share is what the answers so far say of the mistake that leads by now.
    assert all(
        phase.mid.share in (None, phase.mid.avoided / max(phase.mid.counted, 1))
        for phase in filling
    )


def test_a_phase_is_under_way_until_its_gate_has_ruled() -> None:
    events = told()
    first = next(number for number, (name, _) in enumerate(events, start=1) if name == "gate")

    before, after = under_way(board_of(events, first - 1)), under_way(board_of(events, first))

    assert before is not None
    assert after is None
    assert under_way(board_of(events)) is None


def test_what_an_attempt_has_come_to_is_what_its_phases_have() -> None:
    events = told(choose=confirming(weak_avoids=12))
    gates = [number for number, (name, _) in enumerate(events, start=1) if name == "gate"]

    said = [came_to(phases(board_of(events, n), 1)) for n in (gates[0] - 1, gates[0], gates[1] - 1)]

    assert said == ["the screen is under way", "the screen passed", "the confirmation is under way"]
    assert came_to(phases(board_of(events), 1)) == "the confirmation did not pass"


def test_the_lines_across_the_bars_are_said_to_be_the_gate_s_bounds() -> None:
    events = told()
    gates = [number for number, (name, _) in enumerate(events, start=1) if name == "gate"]

    live, over = (as_html(phases(board_of(events, until), 1)) for until in (gates[1] - 1, None))

    assert "Lines show one-sided bounds, as the gate uses them.</p>" in live
    assert "bounds of 95\u00a0% confidence, as the gate uses them.</p>" in over


def test_an_attempt_without_samples_has_nothing_to_show() -> None:
    assert phases(board_of(told()), 2) == ()


def test_rules_and_names_the_console_does_not_know_are_shown_as_they_are() -> None:
    events = told()
    gate = next(data for name, data in events if name == "gate")
    gate["checks"] = [{"name": "<new>", "passed": False, "detail": "It is <new>."}]

    html = as_html(phases(board_of(events), 1))

    assert "&lt;new&gt;" in html
    assert "<new>" not in html


def test_a_certified_run_shows_rates_intervals_the_checklist_and_what_its_label_means(
    api: FakeApi, opened: Open
) -> None:
    events = told()
    api.say("run-1", *[(name, data | {"run_id": "run-1"}) for name, data in events])

    said = shown(opened("run-1"))

    assert "Mid-tier avoids it" in said
    assert "12 of 12" in said
    assert 'aria-label="passed"' in said
    assert "even at its lower bound" in said
    assert "evidence: certified" in said
    assert "not for others and not for people" in said


LABELS = Labels(made=50, found=45, avoided=100, cleared=90, unclear=0)


def two_judges() -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a run whose judges dispute two answers, and whose errors are known."""
    known = accuracy(LABELS, judge="first", judge_2="second", prompt="p", at=now())
    plan = replace(with_second(ORDERED), accuracy=lambda: known)
    events = certified_by(disputing(1, 2), plan).events
    return [(event.name, json.loads(event.data)) for event in events]


def test_disputed_answers_are_counted_apart_and_the_judges_agreement_is_drawn() -> None:
    *_, confirmation = phases(board_of(two_judges()), 1)

    assert (confirmation.weak.disputed, confirmation.weak.missing) == (2, 0)
    assert confirmation.weak.counted == 10
    html = as_html([confirmation])
    assert "0 of 10, 2 disputed" in html
    assert html.count('title="Answer 1: disputed"') == 1
    assert "Judges agree" in html
    assert "<b>92%</b> <em>74% to 98%</em><small>22 of 24</small>" in html
    assert "what they dispute counts for nothing" in html


def test_corrected_rates_stand_beside_the_counted_ones_once_the_run_has_its_result() -> None:
    events = two_judges()
    final = next(n for n, (_, data) in enumerate(events) if data["type"] == "final")

    *_, before = phases(board_of(events, final), 1)
    screen, after = phases(board_of(events), 1)

    assert before.corrected is screen.corrected is None
    assert after.corrected is not None
    html = as_html([after])
    assert f"<b>{after.corrected.p_weak:.0%}</b>" in html
    assert html.index("Weak-tier avoids it") < html.index("corrected, weak-tier")
    assert "found 45 of 50 mistakes and cleared 90 of 100" in html
    assert "corrected" not in as_html([before])


def test_a_run_with_two_judges_shows_both_findings_and_its_sampled_answers_in_full(
    api: FakeApi, opened: Open
) -> None:
    events = two_judges()
    api.say("run-1", *[(name, data | {"run_id": "run-1"}) for name, data in events])
    app = opened("run-1")

    assert "The two judges say the same of 174 of 180 findings" in shown(app)
    app.session_state["samples-run-1-1"] = True
    app.run()
    chosen = next(box for box in app.selectbox if box.label == "Sampled answer")
    assert len(chosen.options) == 30
    assert chosen.options[3:5] == [
        "Screen, weak-tier answer 1: made",
        "Screen, weak-tier answer 2: made",
    ]
    assert chosen.options[18] == "Confirmation, weak-tier answer 1: disputed"
    chosen.set_value(Sampled("confirm", "weak", 1, 1)).run()

    said = shown(app)
    sample = next(
        data
        for name, data in events
        if name == "sample"
        and (data["phase"], data["tier"], data["index"]) == ("confirm", "weak", 1)
    )
    whole = escape(sample["calls"][0]["response"])
    assert all(part in said for part in whole.split("\n\n")[-2:])
    assert "<small>Judge 1</small>" in said
    assert "<small>Judge 2</small>" in said


def test_a_sampled_answer_is_listed_by_what_it_says_of_its_phase_s_mistake() -> None:
    board = board_of(told())
    screen, _ = phases(board, 1)

    first = next(s for s in board.samples if (s.phase, s.tier, s.index) == ("screen", "weak", 1))

    assert outcome_of(first, screen.mistake) == screen.weak.outcomes[0] == "present"
    assert outcome_of(first, "Another") == "missing"


def test_the_first_sampled_answer_is_that_of_its_step() -> None:
    board = board_of(two_judges())

    first = next(s for s in board.samples if (s.phase, s.tier, s.index) == ("screen", "mid", 1))
    answered = board.cards[1, 4].result
    assert answered is not None
    assert answer_of(board, first) == answered.response_full


def test_of_two_judges_who_say_the_same_it_is_said_once_and_the_mistake_at_hand_stands_first() -> (
    None
):
    board = board_of(two_judges())
    sample = next(s for s in board.samples if (s.phase, s.tier, s.index) == ("confirm", "weak", 5))

    html = evidence_tab.of_one(sample.readings, answer_of(board, sample), sample.mistake)

    first, *others = html.split("<li>")[1:]
    assert escape(sample.mistake) in first
    assert first.count('<span class="aq-tag') == 1
    assert (first.count("<small>Judge"), first.count("<q>")) == (2, 2)
    made = ["aq-bad" in other for other in others]
    assert made == sorted(made, reverse=True)
