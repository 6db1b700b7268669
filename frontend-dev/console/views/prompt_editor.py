"""The editor of a prompt: nothing that was written is lost, whoever saves in between."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from console import prompting
from console.errors import ApiRefused, ConsoleError
from console.prompting import Prompt
from console.words import plain

from . import changed_text, markup, session, trouble

HEIGHT = 440


def draw(prompt: Prompt) -> None:
    """Draw the text in force, or what was made of it, and what is in the way of saving it."""
    _say(prompt)
    seen = _seen(prompt)
    if st.session_state.pop("prompt_noted", False):
        st.session_state["prompt_note"] = ""  # it belongs to the version that was saved
    # No form: it would keep to itself what is written until it is sent, and lose it before.
    with st.container(key="prompt_text"):
        st.text_area("Text", height=HEIGHT, key=_key(prompt.name), persist_state="session")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Author", key="prompt_author", max_chars=200, persist_state="session")
        st.text_input("Note", key="prompt_note", max_chars=200, placeholder="What changed, and why")
        put = st.checkbox("For all new runs", value=True, key="prompt_activate")
        saved = st.button("Save", type="primary", icon=":material/save:")
    if saved:
        _save(prompt, seen, activate=put)
    _notice()
    _problem(prompt)


def use(name: str, text: str) -> bool:
    """Put a text into a prompt's editor, unless another one stands there that was not saved."""
    if _touched(name) and st.session_state[_key(name)] != text:
        st.session_state["prompt_offer"] = name, text
        return False
    _put(name, text)
    return True


def offer(name: str, then: Callable[[], None] = lambda: None) -> None:
    """Ask, where a text could not be put into the editor, which of the two is to stay."""
    asked, text = st.session_state.get("prompt_offer", ("", ""))
    if asked != name or not _touched(name):
        return
    st.warning("The editor holds a text that is not saved.", icon=":material/edit_off:")
    with st.container(horizontal=True):
        st.button("Replace what you wrote", on_click=_replace, args=(name, text, then))
        st.button("Keep what you wrote", on_click=_forget)


def _replace(name: str, text: str, then: Callable[[], None]) -> None:
    _put(name, text)
    then()


def _put(name: str, text: str) -> None:
    st.session_state[_key(name)] = text
    _forget()


def _forget() -> None:
    st.session_state.pop("prompt_offer", None)


def _touched(name: str) -> bool:
    """Return whether the editor holds another text than the one that the edit began with."""
    state = st.session_state
    seen = state.get(f"prompt-seen-{name}")
    return _key(name) in state and (seen is None or state[_key(name)] != seen["text"])


def _say(prompt: Prompt) -> None:
    version = f"version {prompt.number}" if prompt.number else "shipped"
    for_steps = markup.tag(version, "good" if prompt.number else "none")
    st.html(markup.title(prompt.description, [for_steps]))
    names = "".join(f"<code>{{{{{escape(name)}}}}}</code>" for name in prompt.placeholders)
    st.html(f'<div class="aq-about aq-names">Filled in for each call, all needed: {names}</div>')
    if prompt.set_aside:
        sentence = f"The chosen version cannot be used; the shipped text is. {prompt.set_aside}"
        st.warning(plain(sentence), icon=":material/warning:")
    if prompt.shipped_changed:
        sentence = (
            f"Another text is shipped now than when version {prompt.number} was saved. "
            "Compare the two below."
        )
        st.info(sentence, icon=":material/difference:")


def _notice() -> None:
    """Say what was saved: below the button, which must not move while it is pressed."""
    if notice := st.session_state.pop("prompt_notice", ""):
        st.success(plain(notice), icon=":material/check_circle:")


def _seen(prompt: Prompt) -> dict[str, Any]:
    """Return what the edit is based on; a text that nobody touched follows what is in force."""
    state, key = st.session_state, f"prompt-seen-{prompt.name}"
    seen: dict[str, Any] | None = state.get(key)
    touched = _touched(prompt.name)
    if seen is None or not touched:
        seen = {"text": prompt.template, "number": prompt.number, "version": prompt.version}
        state[key] = seen
    if not touched:
        state[_key(prompt.name)] = prompt.template
    return seen


def _save(prompt: Prompt, seen: Mapping[str, Any], *, activate: bool) -> None:
    state = st.session_state
    body = {
        "template": state[_key(prompt.name)],
        "author": state["prompt_author"],
        "note": state["prompt_note"],
        "based_on": seen["number"],
        "based_on_version": seen["version"],
        "activate": activate,
    }
    state.pop("prompt_problem", None)
    try:
        saved = prompting.save(session.api(), prompt.name, body)
    except ConsoleError as exc:
        state["prompt_problem"] = (prompt.name, body["template"], exc)
        return
    # What is in the editor is saved: it may follow what is in force again.
    state[f"prompt-seen-{prompt.name}"] = {**seen, "text": body["template"]}
    state["prompt_noted"] = True
    state["prompt_notice"] = f"Saved as version {saved.saved}." + (
        " Every new run uses it." if saved.number == saved.saved else " Runs do not use it yet."
    )
    st.rerun()


def _problem(prompt: Prompt) -> None:
    """Say why a text was not saved, as long as it stands there."""
    name, text, problem = st.session_state.get("prompt_problem", ("", "", None))
    if name != prompt.name or text != st.session_state[_key(name)] or problem is None:
        return
    trouble.say(problem)
    if isinstance(problem, ApiRefused) and problem.status == 409:
        _conflict(prompt, text)


def _conflict(prompt: Prompt, text: str) -> None:
    st.markdown("**What is in force now, and what you wrote**")
    changed_text.draw(prompt.template, text, (f"Version {prompt.number}, in force", "Yours"))
    st.button(
        f"Base mine on version {prompt.number}",
        help="Your text stays in the editor; save it again when it has what you want of both.",
        on_click=_rebase,
        args=(prompt,),
    )


def _rebase(prompt: Prompt) -> None:
    state = st.session_state
    state.pop("prompt_problem", None)
    state[f"prompt-seen-{prompt.name}"] = {
        "text": prompt.template,
        "number": prompt.number,
        "version": prompt.version,
    }


def _key(name: str) -> str:
    return f"prompt-text-{name}"
