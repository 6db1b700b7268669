"""Asking for a run, so that asking twice starts one."""

import time

import streamlit as st

from console import settings
from console.client import Api
from console.errors import ApiFull, ApiRefused, ConsoleError
from console.replies import Order
from console.starts import Asked
from console.wire import Start

from . import session

_DOUBLE_CLICK_SECONDS = 3.0
"""A busy console may come to the second click this long after it has answered the first."""


def ask(order: Order) -> str:
    """Put an order into the page's address; return what is wrong with it, or an empty string."""
    if problem := _problem(order):
        return problem
    state = st.session_state
    asked = Asked(order, session.api().endpoint)
    if run_id := _just_sent(asked):
        # The second click left the browser before the run's address had come there.
        session.show_run(run_id)
        return ""
    state["request"] = session.starts().ask(asked, state.get("request"))
    st.query_params["request"] = state["request"]
    return ""


def settle() -> ConsoleError | None:
    """Turn the order in the address into a run; return why that failed, if it did.

    Asking again under the same id finds the same run, so a reload or a second click between the
    question and the answer is harmless.
    """
    request_id = st.query_params.get("request")
    asked = session.starts().waiting(request_id) if request_id else None
    problem = _sent(request_id, asked) if request_id and asked else None
    st.query_params.pop("request", None)
    return problem


def order_of(start: Start) -> Order:
    """Return the order that leads to another run of the same kind."""
    return Order(
        topic=start.topic,
        max_attempts=start.max_attempts,
        difficulty=start.difficulty,
        subtopic=start.subtopic,
        rigor=start.rigor or None,
    )


def _sent(request_id: str, asked: Asked) -> ConsoleError | None:
    try:
        started = _api_of(asked).start(asked.order, request_id)
    except ConsoleError as exc:
        # An order that may have arrived keeps its id: sent again it finds the same run.
        if isinstance(exc, ApiRefused) and not isinstance(exc, ApiFull):
            session.starts().answered(request_id)
        return exc
    # A second click may stop this script between any two lines: until the order is known as sent
    # it is not forgotten, so that it would be sent again under the same id.
    st.session_state["sent"] = (asked, started.run_id, time.monotonic())
    session.show_run(started.run_id)
    session.starts().answered(request_id)
    return None


def _just_sent(asked: Asked) -> str:
    """Return the run the first half of a double click has started, empty if this is no second."""
    before, run_id, at = st.session_state.get("sent", (None, "", 0.0))
    fresh = before == asked and time.monotonic() - at < _DOUBLE_CLICK_SECONDS
    return run_id if fresh else ""


def _api_of(asked: Asked) -> Api:
    ours = session.configured()
    return Api(asked.endpoint, ours.api_key if asked.endpoint == ours.endpoint else "")


def _problem(order: Order) -> str:
    if len(order.topic) < 3:
        return "Write a topic of at least three characters."
    return settings.endpoint_problem(session.api().endpoint)
