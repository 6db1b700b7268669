"""Which charts the insights make, and which runs each of their marks stands for."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from .charts import Chart, Figure
from .insights import Insights, Rate, RunsCounted, StepsCounted
from .words import model_name, spoken

MEASURES = {
    "Right first time": "Attempts whose first answer passed every check. Lines are 95% intervals: "
    "the fewer attempts, the longer.",
    "Time": "Seconds an attempt takes, all its answers together. Half take no longer than the dot "
    "says, nine of ten no longer than the end of the line.",
    "Cost": "Dollars an attempt costs on average, all its answers together.",
}
"""What is looked at in steps, and what that means."""

_TIMES = ("day", "week")
_WITH_QUESTION = (("succeeded", "With a question"), ("not_succeeded", "Without one"))
_TOLD_APART = (("differentiated", "Told apart"), ("not_differentiated", "Not told apart"))
_RIGHT = (
    ("first_time_right", "Right first time"),
    ("not_first_time_right", "Not right first time"),
)


def outcomes(found: Insights) -> tuple[Chart, Chart]:
    """Return how many runs have a question, and in how many the models were told apart."""
    timed = found.by in _TIMES
    named = [(_name(group, found), group) for group in found.groups]
    made = (_share(name, of.success, key=of.key, of="made") for name, of in named)
    apart = (
        _share(name, of.differentiation, key=of.key, of="apart", only="concluded")
        for name, of in named
    )
    chart = Chart("made", "Runs with a question", "share", _only(made), over_time=timed, whole=True)
    other = replace(chart, name="apart", title="Models told apart", figures=_only(apart))
    return replace(chart, splits=_WITH_QUESTION), replace(other, splits=_TOLD_APART)


def steps(found: Insights, measure: str) -> Chart:
    """Return each step, over all groups."""
    rows = [(_step(group), group, "") for group in found.steps]
    return _stepwise("steps", measure, rows, of="Each step", timed=False)


def step_groups(found: Insights, measure: str, step: int) -> Chart:
    """Return one step by what the runs are grouped by."""
    rows = [
        (_key(group, found.by), group, group.key)
        for group in found.step_groups
        if group.step_number == step
    ]
    timed = found.by in _TIMES
    return _stepwise("step", measure, rows, of=f"Step {step}", timed=timed)


def reasons(found: Insights) -> Chart:
    """Return why runs have no question."""
    figures = [
        _count(reason.words, reason.runs, cause=reason.cause, step=reason.step_number)
        for reason in found.reasons
        if reason.cause
    ]
    return Chart("reasons", "Runs without a question", "runs", tuple(figures))


def failed_checks(found: Insights, most: int = 8) -> Chart:
    """Return the checks that most answers failed, the largest share of their step's first."""
    frequent = found.failed_checks[:most]
    figures = [
        _share(
            f"{one.step_number} · {one.check}", one.attempts, step=one.step_number, check=one.check
        )
        for one in sorted(frequent, key=lambda one: -(one.attempts.share or 0))
    ]
    return Chart("checks", "Attempts that failed a check", "share", _only(figures), "attempt")


def _name(group: RunsCounted, found: Insights) -> str:
    if found.by in _TIMES:
        return group.key
    apart = _apart(group, found.groups)
    if found.by == "model":
        named = apart or list((group.models or {}).items())
        return "\n".join(f"{role}: {model_name(model)}" for role, model in named)
    numbers = group.prompt_numbers or {}
    texts = [f"{spoken(name)}: {_version(of, numbers.get(name))}" for name, of in apart]
    return "\n".join(texts) or "All prompts the same"


def _apart(group: RunsCounted, groups: Iterable[RunsCounted]) -> list[tuple[str, str]]:
    """Return what sets a group's models or prompts apart from the others': role or name, and id."""
    own = group.models or group.prompts or {}
    others = [other.models or other.prompts or {} for other in groups]
    return [
        (name, of) for name, of in own.items() if any(other.get(name) != of for other in others)
    ]


def _key(group: StepsCounted, by: str) -> str:
    if by == "prompt_version":
        return _version(group.key, group.prompt_number)
    return model_name(group.key) if by == "model" else group.key


def _version(fingerprint: str, number: int | None) -> str:
    """Name a prompt's version: other releases may have shipped other texts as number 0."""
    name = {None: "", 0: "shipped "}.get(number, f"v{number} ")
    return f"{name}({fingerprint[:6]})"


def _step(group: StepsCounted) -> str:
    return f"{group.step_number} · {group.description}"


def _stepwise(
    name: str, measure: str, rows: list[tuple[str, StepsCounted, str]], *, of: str, timed: bool
) -> Chart:
    figures = _only(_measured(measure, label, group, key) for label, group, key in rows)
    chart = Chart(name, of, "share", figures, "attempt", timed, splits=_RIGHT)
    if measure == "Time":
        return replace(chart, title=f"{of}: seconds", unit="seconds", span="nine of ten within")
    if measure == "Cost":
        return replace(chart, title=f"{of}: cost of an attempt", unit="usd")
    return replace(chart, title=f"{of}: right first time", whole=True)


def _measured(measure: str, label: str, group: StepsCounted, key: str) -> Figure | None:
    right, step = group.first_time_right, group.step_number
    if measure == "Right first time":
        return _share(label, right, step=step, key=key)
    mark = _mark(step=step, key=key)
    if measure == "Time":
        seconds = group.seconds
        return Figure(label, seconds.median, right.n, mark, seconds.median, seconds.p90)
    return Figure(label, group.cost_each, right.n, mark)


def _share(label: str, rate: Rate, **of: str | int | None) -> Figure | None:
    if rate.share is None:
        return None
    mark = _mark(**of)
    return Figure(label, rate.share, rate.n, mark, rate.lower, rate.upper, rate.count)


def _count(label: str, rate: Rate, **of: str | int | None) -> Figure:
    return Figure(label, rate.count, rate.n, _mark(**of), count=rate.count)


def _only(figures: Iterable[Figure | None]) -> tuple[Figure, ...]:
    """Leave out what nothing was counted of."""
    return tuple(figure for figure in figures if figure is not None)


def _mark(**of: str | int | None) -> str:
    return urlencode({name: value for name, value in of.items() if value not in (None, "")})
