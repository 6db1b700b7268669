"""Which cards are open: those the user opened, else what is being written and what went wrong."""

from collections.abc import Iterable

import streamlit as st

from console.places import Key
from console.values import StepCard

from . import focus

_DECIDED = "unfolded"


def is_open(run_id: str, card: StepCard) -> bool:
    """Return whether a step's card is open; the one the address names always is."""
    at = (card.attempt, card.number)
    if focus.step() == at:
        return True
    return _decided().get(focus.card(run_id, at), card.live or card.state == "failed")


def turn(run_id: str, card: StepCard) -> None:
    """Open a card that is closed, close one that is open; what is closed is not looked at."""
    at = (card.attempt, card.number)
    opens, looked = not is_open(run_id, card), focus.step()
    if looked is not None:
        _decided().setdefault(focus.card(run_id, looked), True)
    _decided()[focus.card(run_id, at)] = opens
    if opens:
        focus.on(at)
    else:
        focus.off(at)


def only(run_id: str, keys: Iterable[Key], picked: Key) -> None:
    """Open one card and close the others of its run."""
    for key in keys:
        _decided()[focus.card(run_id, key)] = key == picked
    focus.on(picked)


def _decided() -> dict[str, bool]:
    decided: dict[str, bool] = st.session_state.setdefault(_DECIDED, {})
    return decided
