"""What many runs came to: how often they succeed, where they go wrong, what they take."""

from datetime import UTC, datetime, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from console import counting, insights
from console.client import Api, Query
from console.errors import ConsoleError
from console.insights import Insights, Rate, RunsCounted
from console.views import behind, figures, markup, pages, session, sidebar, trouble
from console.words import counted, duration, model_name, money, plain

PERIODS = {"7": 7, "30": 30, "90": 90, "All": 0}
GROUPS = {"Day": "day", "Week": "week", "Model": "model", "Prompts": "prompt_version"}
REAL, SIMULATED = "Real", "Simulated"


def page() -> None:
    """Draw the filters and what fits them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="insights"):
        asked, form = _filters()
    api = session.api()
    try:
        found = _look(api.endpoint, api.api_key, asked)
    except ConsoleError as exc:
        trouble.draw(exc)
        return
    _narrowed_to(found)
    _left_out(found)
    if found.total is None:
        _nothing(found)
        return
    _totals(found.total)
    _sections(found, asked, form)


@st.cache_data(ttl=15, max_entries=50, show_spinner="Counting")
def _look(endpoint: str, api_key: str, asked: Query) -> Insights:
    """Ask the API, at most every so often: each click draws the page again."""
    return insights.ask(Api(endpoint, api_key), asked)


def _filters() -> tuple[Query, str]:
    """Return what the API is asked for, and whether it is shown as charts or as tables."""
    period = _choice("Last days", list(PERIODS), "30", "days")
    by = _choice("By", list(GROUPS), "Day", "group")
    sort = _choice("Runs", [REAL, SIMULATED], SIMULATED if sidebar.simulated() else REAL, "sort")
    form = _choice("Shown as", list(figures.FORMS), figures.FORMS[0], "form")
    forks = st.toggle("Forks too", key="forks", bind="query-params")
    asked = [("by", GROUPS[by]), ("simulated", str(sort == SIMULATED).lower()), ("kind", "full")]
    asked += [("kind", "fork")] if forks else []
    asked += [("since", _since(PERIODS[period]))] if PERIODS[period] else []
    return (*asked, *_narrowed()), form


def _choice(label: str, options: list[str], default: str, key: str) -> str:
    chosen = st.segmented_control(
        label, options, default=default, required=True, key=key, bind="query-params"
    )
    return chosen or default


def _since(days: int) -> str:
    """Return the first of so many days, today included."""
    return (datetime.now(UTC) - timedelta(days=days - 1)).date().isoformat()


def _narrowed() -> list[tuple[str, str]]:
    """Return the one model or prompt version that the address names."""
    named = ((name, st.query_params.get(name, "")) for name in ("model", "prompt"))
    return [(name, value) for name, value in named if value]


def _narrowed_to(found: Insights) -> None:
    """Say which prompt version alone is counted, and offer all of them."""
    version = st.query_params.get("prompt", "")
    if version:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Only steps asked with version {plain(version)} of their prompt.")
            st.button("All versions", type="tertiary", on_click=_forget, args=("prompt",))
    if found.total is None and st.query_params.get("model"):
        st.button("All models", type="tertiary", on_click=_forget, args=("model",))


def _forget(name: str) -> None:
    st.query_params.pop(name, None)


def _left_out(found: Insights) -> None:
    """Say what is not counted."""
    out = found.left_out
    other = "real" if found.simulated else "simulated"
    said = [
        counted(number, words)
        for number, words in (
            (out.other_sort, f"{other} run"),
            (out.cancelled, "cancelled run"),
            (out.going_on, "open run"),
        )
        if number
    ]
    said += [f"{out.not_noted_yet} that ended just now"] if out.not_noted_yet else []
    if said:
        st.caption(f"Not counted: {', '.join(said)}.")


def _nothing(found: Insights) -> None:
    st.info(
        "No run fits this filter. A run is counted a few seconds after its end.",
        icon=":material/query_stats:",
    )
    if found.left_out.other_sort:
        other = REAL if found.simulated else SIMULATED
        st.button(f"Show {other.lower()} runs", on_click=_turn_to, args=(other,))
    else:
        st.page_link(pages.RUN, label="Ask for a question", icon=":material/play_circle:")


def _turn_to(sort: str) -> None:
    st.session_state["sort"] = sort


def _totals(total: RunsCounted) -> None:
    each = money(total.cost_usd / total.success.count) if total.success.count else "-"
    st.html(
        markup.strip(
            [
                ("Runs", str(total.runs), ""),
                ("With a question", *_rate(total.success)),
                ("Models told apart", *_rate(total.differentiation)),
                ("Cost of a question", each, "failures included"),
                ("Half take at most", duration(total.seconds.median), ""),
                ("9 of 10 at most", duration(total.seconds.p90), ""),
            ]
        )
    )


def _rate(rate: Rate) -> tuple[str, str]:
    if rate.share is None or rate.lower is None or rate.upper is None:
        return "-", "none"
    return f"{rate.share:.0%}", f"{rate.lower:.0%} to {rate.upper:.0%}"


def _sections(found: Insights, asked: Query, form: str) -> None:
    shown = behind.Panel(asked)
    with shown.section():
        for place, chart in zip(_places("runs", form), counting.outcomes(found), strict=True):
            with place:
                shown.add(figures.draw(chart, form))
    with shown.section():
        _steps(found, form, shown)
    with shown.section():
        left, right = _places("reasons", form)
        with left:
            shown.add(figures.draw(counting.reasons(found), form, "Every run has a question."))
        with right:
            shown.add(figures.draw(counting.failed_checks(found), form, "No check was failed."))


def _answered_by(found: Insights) -> None:
    """Offer one model alone. Bound to the address, its short name would be there, not its id."""
    named = st.query_params.get("model", "")
    st.selectbox(
        "Answered by",
        found.models,
        index=found.models.index(named) if named in found.models else None,
        format_func=model_name,
        key=f"answered by {named}",
        placeholder="Any model",
        width=220,
        on_change=_answer_by,
        args=(f"answered by {named}",),
    )


def _answer_by(key: str) -> None:
    chosen = st.session_state[key]
    if chosen:
        st.query_params["model"] = chosen
    else:
        _forget("model")


def _places(name: str, form: str) -> list[DeltaGenerator]:
    """Return where two charts go: beside each other; tables are too wide for that."""
    if form == figures.FORMS[0]:
        return list(st.container(key=f"figures-{name}").columns(2, gap="medium"))
    return [st.container(), st.container()]


def _steps(found: Insights, form: str, shown: behind.Panel) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = _choice("Steps by", list(counting.MEASURES), "Right first time", "measure")
        step = _choice("Step in detail", [*map(str, range(1, 8))], "3", "of_step")
        _answered_by(found)
    st.caption(counting.MEASURES[measure])
    left, right = _places("steps", form)
    with left:
        shown.add(figures.draw(counting.steps(found, measure), form))
    with right:
        chart = counting.step_groups(found, measure, int(step))
        shown.add(figures.draw(chart, form, "Nothing was counted of this step."))


page()
