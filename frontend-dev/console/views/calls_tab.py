"""The model calls a step took: what each cost, and one of them in full."""

import streamlit as st

from console.parts import Call
from console.places import Place
from console.wire import Step
from console.words import count, duration, model_name, money, spoken

from . import answer_tab, focus, markup

TAB = "Calls"
HEAD = (
    "Call", "Model", "Time", "First token", "In", "Cached", "Out", "Cost", "Tries", "Stopped by"
)  # fmt: skip


def draw(key: str, place: Place, step: Step) -> None:
    """Draw a step's calls as a table; where there are several, one of them with its texts."""
    if not step.calls:
        st.caption("No model was called: the answer was known already.")
        return
    st.html(markup.table(HEAD, [_row(call) for call in step.calls]))
    if len(step.calls) > 1:
        _in_full(_chosen(f"{key}-call-{step.answer}", place, step.calls))


def _chosen(widget: str, place: Place, calls: tuple[Call, ...]) -> Call:
    """Ask which call is shown in full: that of the address, at first the first."""
    numbers = range(1, len(calls) + 1)
    focus.hold(widget, focus.call(place.key), numbers)
    chosen = st.selectbox(
        "Call in full",
        numbers,
        format_func=lambda number: calls[number - 1].label or f"Call {number}",
        key=widget,
        on_change=_look_at,
        args=(widget, place),
    )
    return calls[chosen - 1]


def _look_at(widget: str, place: Place) -> None:
    number = st.session_state[widget]
    focus.on(place.key, answer=place.answer, tab=focus.short(TAB), call=number)


def _in_full(call: Call) -> None:
    st.caption("Asked")
    answer_tab.raw(call.prompt)
    st.caption("Answered")
    answer_tab.raw(call.response)


def _row(call: Call) -> tuple[str, ...]:
    first = call.first_token_seconds
    usage = call.usage
    return (
        call.label,
        model_name(call.model),
        duration(call.duration_seconds),
        duration(first) if first is not None else "",
        count(usage.input_tokens),
        count(usage.cache_read_tokens),
        count(usage.output_tokens),
        money(call.cost_usd, estimated=call.cost_estimated),
        str(call.tries),
        spoken(call.stop_reason),
    )
