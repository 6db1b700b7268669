"""The prompts: read them, write new versions, compare these, and try a text on a run."""

from pathlib import Path

import streamlit as st

from console import prompting
from console.errors import ConsoleError
from console.places import point
from console.prompting import Prompt
from console.views import prompt_editor, prompt_trial, prompt_versions, session, trouble
from console.words import plain


def page() -> None:
    """Draw the prompt that the address names, or the first."""
    st.html(Path(__file__).with_name("prompts.css"))
    try:
        prompts = prompting.every(session.api())
    except ConsoleError as exc:
        trouble.draw(exc)
        return
    if not prompts:
        st.info("This API has no prompts.", icon=":material/edit_note:")
        return
    prompt = _chosen(prompts)
    run_id = st.query_params.get("run", "")
    if run_id:
        prompt_trial.draw(prompt, run_id)
        return
    prompt_editor.draw(prompt)
    prompt_versions.draw(prompt)
    prompt_trial.choose(prompt)


def _chosen(prompts: tuple[Prompt, ...]) -> Prompt:
    """Return the prompt that the address names, by name or by step; the first unless it does.

    A step stays in the address: it is also where a fork is to begin.
    """
    by_name = {prompt.name: prompt for prompt in prompts}
    by_step = {step: prompt.name for prompt in prompts for step in prompt.steps}
    asked = st.query_params.get("step", "")
    at = point(asked)
    name = by_step.get(at[0], "") if at else asked
    if name not in by_name:
        st.query_params["step"] = name = prompts[0].name
    st.session_state["prompt"] = name
    st.pills(
        "Prompt",
        list(by_name),
        format_func=lambda each: plain(by_name[each].title if each in by_name else str(each)),
        required=True,
        key="prompt",
        on_change=_pick,
    )
    return by_name[name]


def _pick() -> None:
    """Have the address name the prompt, and forget what it said of another one's versions."""
    st.query_params["step"] = st.session_state["prompt"]
    for name in ("version", "diff"):
        st.query_params.pop(name, None)


page()
