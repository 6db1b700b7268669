"""Why a page has nothing from the API to show, and the next step to take: said in one place."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from console.errors import ApiFull, ApiRefused, ConsoleError, RunUnknown
from console.words import counted, plain

from . import pages

_NEEDS_KEY = "The console sends the key in `AQUMEN_API_KEY`: set it where the console is started."


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in words, which outlives the script that met it."""

    sentence: str
    refused: bool = False
    """Whether the API answered at all."""
    fields: str = ""
    hint: str = ""
    """What to do about it, in Markdown."""
    unknown: bool = False
    """Whether there is no such run."""


def said(exc: ConsoleError) -> Said:
    """Return what the API answered, or that none did, and what can be done about it."""
    refused = exc if isinstance(exc, ApiRefused) else None
    sentence = str(exc)
    if isinstance(exc, ApiFull):
        sentence += f" Try again in {counted(exc.retry_after, 'second')}."
    return Said(
        sentence,
        refused=refused is not None,
        fields=refused.fields if refused else "",
        hint=_NEEDS_KEY if refused and refused.status == 401 else "",
        unknown=isinstance(exc, RunUnknown),
    )


def say(problem: ConsoleError | Said, more: str = "", *, passes: bool = False) -> None:
    """Say what is wrong; `more` is what this page knows to be done about it.

    What passes by itself is a warning.
    """
    known = said(problem) if isinstance(problem, ConsoleError) else problem
    icon = ":material/error:" if known.refused else ":material/cloud_off:"
    tone = st.warning if passes else st.error
    tone(" ".join(filter(None, (plain(known.sentence), more))), icon=icon)
    if known.fields:
        st.text(known.fields)
    if known.hint:
        st.caption(known.hint)
    if known.unknown:
        st.page_link(pages.HISTORY, label="Find it among the runs", icon=":material/history:")


def draw(problem: ConsoleError | Said) -> None:
    """Say it, and offer to ask again."""
    say(problem)
    again()


def again(forget: Callable[..., None] | None = None) -> None:
    """Offer to ask again; `forget` drops what was answered before."""
    st.button("Try again", icon=":material/refresh:", key="try_again", on_click=forget)
