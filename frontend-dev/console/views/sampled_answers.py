"""The answers an attempt has sampled: each in full, its findings beside it."""

from collections.abc import Mapping

import streamlit as st

from console.board import Board
from console.places import Sampled
from console.sampling import answer_of, outcome_of, phases
from console.wire import Sample
from console.words import plain

from . import evidence_tab, focus, markup, picker, sampled


def draw(run_id: str, board: Board, attempt: int) -> None:
    """Draw a choice among an attempt's sampled answers, and the one that is chosen."""
    ours = (each for each in board.samples if each.attempt == attempt)
    samples = {_place(each): each for each in sorted(ours, key=_order)}
    key = f"samples-{run_id}-{attempt}"
    widget = f"{key}-chosen"
    if focus.sample() in samples:
        st.session_state[key] = True
    box = st.expander(
        "Sampled answers in full", key=key, on_change=_touched, args=(key, next(iter(samples)))
    )
    if not box.open:
        return
    with box:
        about = {phase.name: phase.mistake for phase in phases(board, attempt)}
        focus.hold(widget, focus.sample(), samples)
        place = st.selectbox(
            "Sampled answer",
            list(samples),
            format_func=lambda place: _name(samples[place], about),
            key=widget,
            on_change=_look_at,
            args=(widget,),
        )
        _draw(f"{key}-answer-{place}", board, samples[place], about)


def _touched(key: str, first: Sampled) -> None:
    if st.session_state[key]:
        focus.on_sample(first)
    else:
        focus.off_sample()


def _look_at(widget: str) -> None:
    focus.on_sample(st.session_state[widget])


def _draw(key: str, board: Board, sample: Sample, about: Mapping[str, str]) -> None:
    if sample.why_missing:
        st.caption(f"It says nothing: {plain(sample.why_missing)}")
    text, mistake = answer_of(board, sample), about[sample.phase]
    picker.draw(key, evidence_tab.of_one(sample.readings, text, mistake))


def _place(sample: Sample) -> Sampled:
    return Sampled(sample.phase, sample.tier, sample.attempt, sample.index)


def _order(sample: Sample) -> tuple[bool, str, int]:
    """Return where an answer stands in the list: not where it came in among others."""
    return sample.phase != "screen", sample.tier, sample.index


def _name(sample: Sample, about: Mapping[str, str]) -> str:
    """Return which answer it is, and what it says of its phase's mistake."""
    phase = sampled.NAMES.get(sample.phase, sample.phase)
    outcome = outcome_of(sample, about[sample.phase])
    word, _ = markup.PRESENCE.get(outcome, (outcome, "none"))
    return f"{phase}, {sample.tier}-tier answer {sample.index}: {word}"
