"""How a fork or a rejudgement is foreseen: what `dry_run` answers."""

from typing import Literal

from pydantic import BaseModel

from aqumen.events import DESCRIPTIONS
from aqumen.models.known import public_id
from aqumen.runs.forecast import ExpectedCall, Forecast, Sum


class ForeseenCall(BaseModel):
    """One of the calls a step would make."""

    step_number: int
    description: str
    label: str
    """Which of the step's calls it is; empty where it makes one."""
    model: str
    likely_calls: float
    """How often it is made in an attempt, rejected answers included."""
    input_tokens: int
    """Of one such call, like the two below."""
    output_tokens: int
    cost_usd: float
    based_on: Literal["this run's calls", "typical calls"]

    @classmethod
    def of(cls, call: ExpectedCall) -> "ForeseenCall":
        """Return an expected call as it is shown."""
        return cls(
            step_number=call.step_number,
            description=DESCRIPTIONS[call.step_number],
            label=call.label,
            model=public_id(call.model),
            likely_calls=call.likely,
            input_tokens=call.input_tokens,
            output_tokens=call.usage.output_tokens,
            cost_usd=call.cost_usd,
            based_on="this run's calls" if call.from_parent else "typical calls",
        )


class Estimate(BaseModel):
    """About what several calls come to."""

    model_calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float

    @classmethod
    def of(cls, total: Sum) -> "Estimate":
        """Return a sum as it is shown."""
        return cls(
            model_calls=total.model_calls,
            input_tokens=total.input_tokens,
            output_tokens=total.output_tokens,
            cost_usd=total.cost_usd,
        )


class Foreseen(BaseModel):
    """What a fork or a rejudgement would ask, and what it would cost; nothing was started."""

    dry_run: Literal[True] = True
    parent: str
    from_step: int
    from_attempt: int
    calls: list[ForeseenCall]
    """Every call of every step that would be asked."""
    attempts_left: int
    """How many attempts it may take, the one it begins in included."""
    estimate: Estimate
    """If the attempt it begins in leads to a question."""
    estimate_at_most: Estimate
    """If it takes every attempt that is left."""
    estimated: Literal[True] = True
    note: str
    """What the figures are, in words."""

    @classmethod
    def of(cls, forecast: Forecast, prices_as_of: str) -> "Foreseen":
        """Return a forecast as it is shown."""
        return cls(
            parent=forecast.branch.parent,
            from_step=forecast.branch.from_step,
            from_attempt=forecast.branch.from_attempt,
            calls=[ForeseenCall.of(call) for call in forecast.calls],
            attempts_left=forecast.attempts_left,
            estimate=Estimate.of(forecast.likely),
            estimate_at_most=Estimate.of(forecast.at_most),
            note=_note(forecast, prices_as_of),
        )


def _note(forecast: Forecast, prices_as_of: str) -> str:
    note = (
        "An estimate, from the tokens of this run's own calls where it made them, at the prices of "
        f"{prices_as_of}: models may write more or less, and answers may be rejected."
    )
    if forecast.unpriced:
        note += f" No price is known for {', '.join(forecast.unpriced)}, counted as 0 USD."
    return note
