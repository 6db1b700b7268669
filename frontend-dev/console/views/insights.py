"""What many runs came to: rates, steps, reasons, days and models, each leading to its runs."""

from collections.abc import Iterable
from datetime import date

import altair as alt
import streamlit as st

from console import insight
from console.errors import ConsoleError
from console.insight import Insights, Rates, Reason
from console.views import markup, session
from console.words import counted, duration, model_name, money, plain

_WIDTHS = (5, 2, 4, 4)
_RUNS = "console/views/history.py"
_RUN = "console/views/run.py"


def page() -> None:
    """Draw the filter and what the runs it leaves came to."""
    since, until, simulated = _filter()
    try:
        found = insight.ask(session.api(), since=since, until=until, simulated=simulated)
    except ConsoleError as exc:
        st.error(plain(str(exc)), icon=":material/cloud_off:")
        return
    if not found.counted:
        other = "real" if simulated else "simulated"
        st.info(
            f"There are no such runs. Choose other days or {other} runs, or start one on the "
            "Run page.",
            icon=":material/insights:",
        )
        return
    _summary(found)
    _days(found)
    _steps(found)
    _reasons(found)
    _models(found)


def _filter() -> tuple[str, str, bool]:
    """Return the days and the kind that are asked for; the address has them, too."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = _day("since", "From")
        until = _day("until", "Up to")
        kind = st.segmented_control(
            "Runs",
            ("real", "simulated"),
            key="runs-of",
            default=st.query_params.get("runs") if _named() else _usual(),
            required=True,
        )
    st.query_params["runs"] = str(kind)
    return since, until, kind == "simulated"


def _named() -> bool:
    return st.query_params.get("runs") in ("real", "simulated")


def _usual() -> str:
    """Return the kind of runs that the API makes."""
    try:
        return "simulated" if session.api().health().simulated else "real"
    except ConsoleError:
        return "real"


def _day(name: str, label: str) -> str:
    try:
        asked = date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        asked = None
    chosen = st.date_input(label, asked, key=f"insights-{name}", format="YYYY-MM-DD", width=170)
    if not isinstance(chosen, date):
        st.query_params.pop(name, None)
        return ""
    st.query_params[name] = chosen.isoformat()
    return chosen.isoformat()


def _summary(found: Insights) -> None:
    rates = (("Questions ready", found.rates.success), ("Told apart", found.rates.differentiation))
    st.html(markup.strip((name, rate.words, rate.basis) for name, rate in rates))
    kind = "simulated" if found.simulated else "real"
    st.caption(
        f"{counted(found.counted, 'whole run')} of {found.of}, {kind}. Rates are of runs that are "
        "over and were not cancelled, with 95 % intervals."
    )
    with st.container(horizontal=True):
        for each in found.outcomes:
            st.page_link(
                _RUNS,
                label=f"{plain(markup.status(each.status)[0])}: {each.n}",
                query_params={"status": each.status} | _asked(),
                width="content",
            )


def _asked() -> dict[str, str]:
    """Return the days of this page, for the list of runs."""
    return {name: st.query_params[name] for name in ("since", "until") if name in st.query_params}


def _days(found: Insights) -> None:
    st.subheader("By day")
    rows = [
        {
            "Day": each.day,
            "Rate": name,
            "Share": rate.share,
            "Low": rate.low,
            "High": rate.high,
            "Runs": rate.basis,
        }
        for each in found.days
        for name, rate in (
            ("Question ready", each.rates.success),
            ("Told apart", each.rates.differentiation),
        )
        if rate.share is not None
    ]
    if len(found.days) > 1 and rows:
        st.altair_chart(_chart(rows))
    _head("Day (UTC)", "Runs", "Questions ready", "Told apart")
    for each in reversed(found.days):
        span = {"since": each.day, "until": each.day}
        _row(each.day, _RUNS, span, _with_rates(each.n, each.rates))


def _chart(rows: list[dict[str, object]]) -> alt.LayerChart | alt.FacetChart:
    share = alt.Y("Share:Q", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    values = alt.Data(values=rows)  # type: ignore[no-untyped-call]
    base = alt.Chart(values).encode(
        x=alt.X("Day:O", title=None), xOffset="Rate:N", color="Rate:N", tooltip=_tips()
    )
    whiskers = base.mark_rule().encode(y=alt.Y("Low:Q", title="Share"), y2="High:Q")
    points = base.mark_point(filled=True, size=70).encode(y=share)
    return alt.layer(points, whiskers, height=220)


def _tips() -> list[alt.Tooltip]:
    share = alt.Tooltip("Share:Q", format=".0%")
    return [alt.Tooltip("Day:O"), alt.Tooltip("Rate:N"), share, alt.Tooltip("Runs:N")]


def _steps(found: Insights) -> None:
    st.subheader("By step")
    _head("Step", "Answers", "Right at the first answer", "Median time and cost")
    for each in found.steps:
        name = f"{each.step_number} {each.description}"
        cells = (
            str(each.n),
            f"{each.right_first.words} · {each.right_first.basis}",
            f"{duration(each.median_seconds)} · {money(each.median_cost_usd)}",
        )
        # The newest run that had to be asked again; without one, the list.
        run = {"run": each.example} if each.example else _asked()
        _row(name, _RUN if each.example else _RUNS, run, cells)


def _reasons(found: Insights) -> None:
    st.subheader("What went wrong")
    if not (found.errors or found.checks):
        st.caption("Nothing: no run failed, and every answer passed its checks.")
        return
    _head("Reason", "", "Counted", "")
    for each in (*found.errors, *found.checks):
        _reason(each)


def _reason(reason: Reason) -> None:
    _row(reason.title, _RUN, {"run": reason.example}, ("", reason.basis, ""))


def _models(found: Insights) -> None:
    st.subheader("By model")
    _head("Model", "Runs", "Questions ready", "Told apart")
    for each in found.models:
        name = f"{each.role}: {model_name(each.model)}"
        _row(name, _RUNS, {"model": each.model} | _asked(), _with_rates(each.n, each.rates))


def _with_rates(runs: int, rates: Rates) -> tuple[str, ...]:
    return str(runs), rates.success.words, rates.differentiation.words


def _head(*names: str) -> None:
    for column, name in zip(st.columns(_WIDTHS), names, strict=True):
        column.caption(name)


def _row(name: str, where: str, asked: dict[str, str], cells: Iterable[str]) -> None:
    link, *others = st.columns(_WIDTHS, vertical_alignment="center")
    link.page_link(where, label=plain(name), query_params=asked)
    for column, cell in zip(others, cells, strict=True):
        column.text(cell)


page()
