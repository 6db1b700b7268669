"""Which cards are open: those the user opened, else what is being written and what went wrong."""

from collections.abc import Iterable

import streamlit as st

from console.places import Key
from console.values import StepCard

from . import focus

_DECIDED, _FOLLOWED = "unfolded", "followed"


def follow(run_id: str) -> None:
    """Open the card that the address names, once for each name: after that the user decides.

    What a browser says of its address may be older than what he has closed since.
    """
    at = focus.step()
    if at is not None and st.session_state.get(_FOLLOWED) != (run_id, at):
        st.session_state[_FOLLOWED] = run_id, at
        _decided()[focus.card(run_id, at)] = True


def forget() -> None:
    """Open what the address names also where it was followed before."""
    st.session_state.pop(_FOLLOWED, None)


def is_open(run_id: str, card: StepCard) -> bool:
    """Return whether a step's card is open."""
    by_itself = card.live or card.state == "failed"
    return _decided().get(focus.card(run_id, (card.attempt, card.number)), by_itself)


def turn(run_id: str, at: Key, opens: bool) -> None:
    """Open a step's card or close it; what is closed is not looked at."""
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
