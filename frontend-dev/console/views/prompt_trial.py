"""Trying a text on a finished run: what a fork would ask and cost, then the fork itself."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Literal

import streamlit as st

from console import choice, prompting
from console.errors import ApiRefused, ConsoleError
from console.places import SHARED, point
from console.prompting import Foreseen, Prompt
from console.replies import RunSummary, Started
from console.words import count, counted, model_name, money, plain

from . import markup, pages, prompt_editor, session, trouble

STEPS = range(1, 8)
JUDGING = "judge_answer"
"""The prompt that can be tried on stored answers alone."""
JUDGE_AGAIN = "asks for step 6 alone, of the last attempt that was judged, and ends there."
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
    with st.form(f"form-{key}", border=False, enter_to_submit=False):
        with st.container(key="trial_text"):
            st.text_area("The run's text", height=420, key=key, persist_state="session")
        _say(prompt)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            step, attempt = _beginning(prompt, run)
            pressed = _buttons(prompt, key)
    prompt_editor.offer(prompt.name, then=_leave)
    text = str(st.session_state[key])
    changed = text if text != own else None
    fork = _fork(prompt, step, attempt, changed)
    _tried(lambda: _do(pressed, prompt, run_id, fork))


def _do(pressed: str, prompt: Prompt, run_id: str, fork: Mapping[str, Any]) -> None:
    changed = fork.get("prompts", {}).get(JUDGING)
    judging = {} if changed is None else {"prompt": changed}
    if pressed == "foresee":
        _foreseen(prompting.foresee(session.api(), run_id, fork))
        if prompt.name == JUDGING:
            _judging(prompting.foresee_judge(session.api(), run_id, judging))
    elif pressed == "fork":
        _compare(run_id, _begun("fork", run_id, fork))
    elif pressed == "judge":
        _compare(run_id, _begun("judge", run_id, judging))


def _say(prompt: Prompt) -> None:
    """Say what a change of this text has an effect on."""
    if len(prompt.steps) > 1:
        steps = " and ".join(map(str, prompt.steps))
        st.caption(
            f"Steps {steps} ask with this text: if it is changed, "
            f"a fork begins at step {min(prompt.steps)} or earlier."
        )
    if prompt.name == JUDGING:
        st.caption(f"Judge again: {JUDGE_AGAIN} A fork goes on to a question.")


def _buttons(prompt: Prompt, key: str) -> str:
    """Draw what can be done with the text, and return what is to be done now."""
    button = st.form_submit_button
    now = {"foresee": button("What would it ask?", icon=":material/calculate:")}
    now["fork"] = button("Fork", type="primary", icon=":material/fork_right:")
    if prompt.name == JUDGING:
        now["judge"] = button("Judge again", icon=":material/gavel:")
    button(
        "Take this text to the editor",
        icon=":material/edit_note:",
        on_click=_take,
        args=(prompt.name, key),
    )
    return next((name for name, pressed in now.items() if pressed), "")


def _beginning(prompt: Prompt, run: RunSummary) -> tuple[int, int | None]:
    """Ask for the step and the attempt a fork begins at: those of the address unless changed."""
    named, attempt = point(st.query_params.get("step", "")) or (min(prompt.steps, default=1), None)
    step = st.selectbox("Fork from step", STEPS, index=named - 1, width=150)
    most = run.total_attempts or run.max_attempts or 1
    if most == 1:
        return step, None
    attempts = [None, *range(1, most + 1)]
    of = st.selectbox(
        "Of attempt",
        attempts,
        index=attempts.index(attempt) if attempt in attempts else 0,
        format_func=lambda number: str(number or "the last"),
        help="Steps 1 and 2 are those of every attempt.",
        width=150,
    )
    return step, of


def _fork(prompt: Prompt, step: int, attempt: int | None, changed: str | None) -> dict[str, Any]:
    fork: dict[str, Any] = {"from_step": step}
    if changed is not None:
        fork["prompts"] = {prompt.name: changed}
        if step in prompt.steps:
            fork["from_step"] = step = min(prompt.steps)
    if attempt is not None and step > SHARED:
        fork["attempt"] = attempt
    return fork


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
    begins = f"From step {seen.from_step}, attempt {seen.from_attempt}"
    st.html(markup.group(begins, "what it would ask"))
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


def _judging(seen: Foreseen) -> None:
    cost = money(seen.estimate.cost_usd, estimated=True)
    asked = counted(seen.estimate.model_calls, "call")
    st.caption(f"To judge again, attempt {seen.from_attempt}: {asked}, {cost}.")


def _begun(what: Literal["fork", "judge"], run_id: str, change: Mapping[str, Any]) -> Started:
    # The same change of the same run is the same request: a second click finds the same run.
    ids = st.session_state.setdefault("fork_requests", {})
    asked = repr((what, run_id, change))
    request_id = ids.setdefault(asked, uuid.uuid4().hex)
    begin = prompting.fork if what == "fork" else prompting.rejudge
    started = begin(session.api(), run_id, change, request_id)
    ids.pop(asked)
    return started


def _compare(run_id: str, started: Started) -> None:
    st.switch_page(pages.COMPARE, query_params={"runs": choice.written([run_id, started.run_id])})


def _leave() -> None:
    st.query_params.pop("run", None)
    st.query_params["step"] = st.session_state["prompt"]
    for key in [str(key) for key in st.session_state if str(key).startswith("trial-run-")]:
        del st.session_state[key]


def _take(name: str, key: str) -> None:
    if prompt_editor.use(name, str(st.session_state[key])):
        _leave()


def _over(run: RunSummary) -> bool:
    return run.status not in ("queued", "running")
