"""Trying a text on a finished run: what a fork would ask and cost, then the fork itself."""

import uuid
from collections.abc import Callable
from typing import Any

import streamlit as st

from console import prompting
from console.errors import ApiRefused, ConsoleError
from console.prompting import Foreseen, Prompt
from console.replies import RunSummary
from console.words import count, model_name, money, plain

from . import markup, pages, prompt_editor, session, trouble

STEPS = range(1, 8)
RUNS = 30
"""How many of the newest runs are offered; any other opens by its address."""


def choose(prompt: Prompt) -> None:
    """Draw the choice of a finished run to try the prompt on."""
    st.html(markup.group("Try it", "edit this prompt on a finished run and compare both"))
    try:
        found = session.api().runs(limit=RUNS).runs
    except ConsoleError as exc:
        trouble.draw(exc)
        return
    runs = {run.run_id: run for run in found if run.kind != "rejudge" and _over(run)}
    if not runs:
        st.info("There is no finished run to try it on yet.", icon=":material/history:")
        return
    run_id = st.selectbox(
        "Run",
        list(runs),
        index=None,
        format_func=lambda each: f"{runs[each].topic} · {runs[each].created_at or ''}"[:120],
        placeholder="Choose a finished run",
        key=f"trial-run-{prompt.name}",
    )
    if run_id:
        st.query_params["run"] = run_id
        st.rerun()


def draw(prompt: Prompt, run_id: str) -> None:
    """Draw the run's own text for editing, and what a fork with it comes to."""
    try:
        run = session.api().run(run_id)
        texts = prompting.of_run(session.api(), run_id)
    except ConsoleError as exc:
        trouble.draw(exc)
        st.button("Back to the prompts", icon=":material/arrow_back:", on_click=_leave)
        return
    _heading(prompt, run)
    own = texts[prompt.name].template if prompt.name in texts else prompt.template
    key = f"trial-{run_id}-{prompt.name}"
    st.session_state.setdefault(key, own)
    first = min(prompt.steps, default=1)
    with st.form(f"form-{key}", border=False, enter_to_submit=False):
        with st.container(key="trial_text"):
            st.text_area("The run's text", height=420, key=key, persist_state="session")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            step = st.selectbox("Fork from step", STEPS, index=first - 1, width=150)
            asked = st.form_submit_button("What would it ask?", icon=":material/calculate:")
            go = st.form_submit_button("Fork", type="primary", icon=":material/fork_right:")
    text = str(st.session_state[key])
    fork: dict[str, Any] = {"from_step": step}
    if text != own:
        fork["prompts"] = {prompt.name: text}
    if asked:
        _tried(lambda: _foreseen(prompting.foresee(session.api(), run_id, fork)))
    if go:
        _tried(lambda: _forked(run_id, fork))
    st.button(
        "Take this text to the editor",
        icon=":material/edit_note:",
        on_click=_take,
        args=(prompt.name, text),
    )


def _heading(prompt: Prompt, run: RunSummary) -> None:
    st.html(
        markup.title(
            f"Try {prompt.title} on: {run.topic}",
            [markup.tag(*markup.status(run.status, run.kind))],
        )
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        opened = {"run": run.run_id}
        st.page_link(
            pages.RUN, label="Open the run", icon=":material/open_in_new:", query_params=opened
        )
        st.button("Back to the prompts", icon=":material/arrow_back:", on_click=_leave)


def _tried(work: Callable[[], None]) -> None:
    try:
        work()
    except ConsoleError as exc:
        trouble.say(exc)
        if isinstance(exc, ApiRefused) and exc.status == 409:
            st.caption("Runs that are over, of this kind of models, can be forked.")


def _foreseen(seen: Foreseen) -> None:
    rows = [
        (
            f"{call.step_number} {call.description}",
            call.label,
            model_name(call.model),
            f"{call.likely_calls:g}",
            count(call.input_tokens),
            count(call.output_tokens),
            money(call.cost_usd * call.likely_calls, estimated=True),
        )
        for call in seen.calls
    ]
    st.html(markup.table(("Step", "Call", "Model", "Calls", "In", "Out", "Cost"), rows))
    likely, most = seen.estimate, seen.estimate_at_most
    figures = [
        ("Calls", str(likely.model_calls), f"at most about {most.model_calls}"),
        (
            "Cost",
            money(likely.cost_usd, estimated=True),
            f"at most about {money(most.cost_usd)} in {seen.attempts_left} attempts",
        ),
    ]
    st.html(markup.strip(figures))
    st.caption(plain(seen.note))


def _forked(run_id: str, fork: dict[str, Any]) -> None:
    # The same text from the same step is the same request: a second click finds the same run.
    ids = st.session_state.setdefault("fork_requests", {})
    request_id = ids.setdefault(repr((run_id, fork)), uuid.uuid4().hex)
    started = prompting.fork(session.api(), run_id, fork, request_id)
    ids.pop(repr((run_id, fork)))
    st.switch_page(pages.COMPARE, query_params={"runs": f"{run_id},{started.run_id}"})


def _leave() -> None:
    st.query_params.pop("run", None)
    for key in [str(key) for key in st.session_state if str(key).startswith("trial-run-")]:
        del st.session_state[key]


def _take(name: str, text: str) -> None:
    prompt_editor.use(name, text)
    _leave()


def _over(run: RunSummary) -> bool:
    return run.status not in ("queued", "running")
