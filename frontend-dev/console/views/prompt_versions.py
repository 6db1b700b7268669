"""The versions of a prompt: who wrote which, what it changed, and which one runs use."""

from datetime import UTC, datetime

import streamlit as st

from console import prompting
from console.board import moment
from console.errors import ConsoleError
from console.prompting import Prompt, PromptVersion
from console.words import ago

from . import changed_text, markup, pages, prompt_editor, session, trouble


def draw(prompt: Prompt) -> None:
    """Draw the list, and of the version that was chosen what it changed in another."""
    st.html(markup.group("Versions", "a run keeps those it began with"))
    st.html(markup.table(("Version", "Note", "Author", "Saved", ""), map(_row, prompt.versions)))
    if len(prompt.versions) < 2:
        st.caption("A version that is saved above can be compared with this one here.")
        _runs_with(prompt, prompt.number)
        return
    shown, other = _picked(prompt)
    try:
        texts = {each: prompting.text(session.api(), prompt.name, each) for each in (other, shown)}
    except ConsoleError as exc:
        trouble.draw(exc)
        return
    if shown == other:
        st.code(texts[shown], language=None, wrap_lines=True, height=300)
    else:
        changed_text.draw(texts[other], texts[shown], (f"Version {other}", f"Version {shown}"))
    _buttons(prompt, shown, texts[shown])


def _row(version: PromptVersion) -> tuple[str, ...]:
    created = moment(version.created_at or "")
    return (
        str(version.number),
        version.note or "",
        version.author or "",
        ago(created, datetime.now(UTC)) if created else "",
        "in force" if version.active else "",
    )


def _picked(prompt: Prompt) -> tuple[int, int]:
    """Return the version to show and the one to compare it with; the address keeps both."""
    titles = {version.number: version.title for version in prompt.versions}
    with st.container(horizontal=True):
        shown = _pick("Show version", "version", titles, prompt.number)
        before = max((number for number in titles if number < shown), default=shown)
        other = _pick("Compared with", "diff", titles, before)
    return shown, other


def _pick(label: str, name: str, titles: dict[int, str], default: int) -> int:
    """Return the number that the address has under a name; the default unless it has one."""
    asked = st.query_params.get(name, "")
    number = next((each for each in titles if str(each) == asked), default)
    key = f"prompt-{name}"
    st.session_state[key] = number
    st.selectbox(
        label,
        list(titles),
        format_func=lambda each: titles.get(each, str(each)),
        key=key,
        on_change=_picked_now,
        args=(name, key),
    )
    return number


def _picked_now(name: str, key: str) -> None:
    st.query_params[name] = str(st.session_state[key])


def _buttons(prompt: Prompt, shown: int, text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Put version {shown} in force",
            icon=":material/task_alt:",
            disabled=shown == prompt.number,
            on_click=_activate,
            args=(prompt, shown),
        )
        _runs_with(prompt, shown)
        if prompt.previous is not None and prompt.previous != prompt.number:
            st.button(
                f"Back to version {prompt.previous}",
                icon=":material/undo:",
                help="What was in force before.",
                on_click=_activate,
                args=(prompt, prompt.previous),
            )
        st.button(
            "Edit this text",
            icon=":material/edit:",
            on_click=_edit,
            args=(prompt.name, text),
        )
    prompt_editor.offer(prompt.name)
    if problem := st.session_state.pop("activate_problem", None):
        trouble.say(problem)


def _edit(name: str, text: str) -> None:
    prompt_editor.use(name, text)


def _runs_with(prompt: Prompt, number: int) -> None:
    st.page_link(
        pages.HISTORY,
        label=f"Runs with version {number}",
        icon=":material/history:",
        query_params={"prompt": _fingerprint(prompt, number)},
    )


def _fingerprint(prompt: Prompt, number: int) -> str:
    return next(version.version for version in prompt.versions if version.number == number)


def _activate(prompt: Prompt, number: int) -> None:
    try:
        prompting.activate(session.api(), prompt.name, number, prompt.number)
    except ConsoleError as exc:
        st.session_state["activate_problem"] = trouble.said(exc)
        return
    st.session_state["prompt_notice"] = f"Version {number} is in force for every new run."
