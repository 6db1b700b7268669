"""What a fork or a rejudgement would ask, and about what that would cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

from aqumen.events import Call, Rigor, Usage
from aqumen.models.estimate import usage_of
from aqumen.models.known import KnownModels, public_id
from aqumen.pipeline.cast import JUDGING, ROLES, Cast
from aqumen.pipeline.judges import judgements
from aqumen.pipeline.ladder import further_answers
from aqumen.store.records import Branch, Pinned

from .past import Past

TYPICAL = {
    1: Usage(input_tokens=640, output_tokens=110),
    2: Usage(input_tokens=1300, output_tokens=610),
    3: Usage(input_tokens=1730, output_tokens=310),
    4: Usage(input_tokens=580, output_tokens=600),
    5: Usage(input_tokens=580, output_tokens=560),
    6: Usage(input_tokens=2150, output_tokens=320),
    7: Usage(input_tokens=2020, output_tokens=620),
}
"""One call of each step where the run made none: the mean of the offline topics."""


@dataclass(frozen=True, slots=True)
class ExpectedCall:
    """One of the calls a step makes."""

    step_number: int
    label: str
    model: str
    likely: float
    """How often it is made in an attempt, rejected answers included."""
    usage: Usage
    """Of one such call."""
    cost_usd: float
    """Of one such call."""
    from_parent: bool
    """Whether the figures are those of the parent's own calls."""

    @property
    def input_tokens(self) -> int:
        """Of one such call, those of the prompt cache included."""
        usage = self.usage
        return usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens


@dataclass(frozen=True, slots=True)
class Sum:
    """About what several calls come to."""

    model_calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a fork or a rejudgement would ask."""

    branch: Branch
    calls: tuple[ExpectedCall, ...]
    """One entry for each call of each step that would be asked, in order."""
    attempts_left: int
    """How many attempts it may take, the one it begins in included."""
    likely: Sum
    """If the first of them leads to a question."""
    at_most: Sum
    """If it takes all of them, and the last leads to a question."""
    unpriced: tuple[str, ...]
    """Models without a known price: their calls count as 0 USD."""


def forecast(pinned: Pinned, past: Past, known: KnownModels) -> Forecast:
    """Return what a branch would ask, by what its parent asked; only for one that is pinned."""
    branch = pinned.branch
    if branch is None:
        raise ValueError("no branch")
    every = tuple(_expected(call, pinned, past, known) for call in _calls(pinned))
    judges = pinned.kind == "rejudge"
    once = judges or branch.from_step == 7
    more = () if once else tuple(_more(every, pinned.order.rigor))
    steps = range(branch.from_step, 7 if judges else 8)
    asked_first = (call for call in every if call.step_number in steps)
    first = tuple(sorted((*asked_first, *more), key=attrgetter("step_number")))
    again = [*(call for call in every if 3 <= call.step_number <= 6), *more]
    left = 1 if once else pinned.order.max_attempts - branch.from_attempt + 1
    asked = {call.model for call in (first if left == 1 else every)}
    return Forecast(
        branch=branch,
        calls=first,
        attempts_left=left,
        likely=_sum(first),
        at_most=_sum([*first, *again * (left - 1)]),
        unpriced=tuple(
            public_id(model) for model in sorted(asked) if not known.facts(model).priced
        ),
    )


class _Made(NamedTuple):
    """Which of a run's calls it is."""

    step: int
    label: str
    model: str


def _calls(pinned: Pinned) -> Iterator[_Made]:
    for step, role in ROLES.items():
        if step == JUDGING:
            for label, model, _ in judgements(Cast(**pinned.models)):
                yield _Made(step, label, model)
        else:
            yield _Made(step, "", pinned.models[role])


def _more(every: Sequence[ExpectedCall], rigor: Rigor) -> Iterator[ExpectedCall]:
    """Yield what the rigor asks for beyond the first answers, if an attempt leads to a question.

    Samples are taken anew from whichever of these steps a fork begins.
    """
    answers = further_answers(rigor)
    for call in every:
        if answers and call.step_number in (4, 5, 6):
            again = call.likely if call.step_number == 6 else 1.0
            yield replace(call, label=_further(call.label), likely=answers * again)


def _further(label: str) -> str:
    """Return the label of calls that only a higher rigor makes."""
    answer, comma, judge = label.partition(",")
    return f"further {answer or 'answer'}s{comma}{judge}"


def _expected(one: _Made, pinned: Pinned, past: Past, known: KnownModels) -> ExpectedCall:
    step, label, model = one
    every = [
        (answer.attempt, call)
        for answer in past.answers()
        for call in answer.calls
        if (answer.step_number, call.label) == (step, label)
    ]
    here = [made for made in every if pinned.branch and made[0] == pinned.branch.from_attempt]
    made = here or every
    usage = _mean([_usage(call) for _, call in made]) if made else TYPICAL[step]
    return ExpectedCall(
        step_number=step,
        label=label,
        model=model,
        likely=round(len(made) / len({attempt for attempt, _ in made}), 1) if made else 1.0,
        usage=usage,
        cost_usd=known.cost_usd(model, usage),
        from_parent=bool(made),
    )


def _usage(call: Call) -> Usage:
    """Return what a call used; of one that was reused before, what its texts say."""
    return call.usage if call.usage != Usage() else usage_of(call.prompt, call.response)


def _mean(usages: list[Usage]) -> Usage:
    total = sum(usages, Usage())
    return Usage(
        **{name: round(tokens / len(usages)) for name, tokens in total.model_dump().items()}
    )


def _sum(calls: Sequence[ExpectedCall]) -> Sum:
    return Sum(
        model_calls=round(sum(call.likely for call in calls)),
        input_tokens=round(sum(call.likely * call.input_tokens for call in calls)),
        output_tokens=round(sum(call.likely * call.usage.output_tokens for call in calls)),
        cost_usd=round(sum(call.likely * call.cost_usd for call in calls), 6),
    )
