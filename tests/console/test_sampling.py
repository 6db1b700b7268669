"""Attempts that ask each model several times."""

import json
from typing import Any

from console.board import Board
from console.fold import fold
from console.sampling import phases, under_way
from console.stream import Message
from console.views.sampled import as_html
from fakes.api import FakeApi
from fakes.certified import certified
from fakes.sampling import Choice, cut_short
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
