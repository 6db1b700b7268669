"""`python -m aqumen calibrate`: measure how often the judges are right, on labels of people."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from aqumen import machinery
from aqumen.assemble import cast_of
from aqumen.events import Accuracy, Step, now
from aqumen.judging.correction import Labels, accuracy
from aqumen.judging.panel import agreement, words
from aqumen.judging.presence import Seen
from aqumen.judging.tally import marked
from aqumen.models.asking import RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.estimate import usage_of
from aqumen.models.known import KnownModels, public_id
from aqumen.pipeline.asking import Desk
from aqumen.pipeline.calibrating import Calibrator, Compared, Labelled
from aqumen.pipeline.cast import JUDGING
from aqumen.runs.forecast import TYPICAL
from aqumen.runs.ids import new_run_id
from aqumen.runs.overrides import TEMPLATES
from aqumen.runs.prompts import PromptBook
from aqumen.settings import Settings
from aqumen.store.store import Store
from aqumen.templates import Prompts

from .configured import configured
from .failure import LaunchFailed
from .labelled import read
from .opened import opened

_CALLS_AT_ONCE = 8
_TOLD_EVERY = 20
"""Judgements between two lines on how far it is."""


class _Judges(NamedTuple):
    """One judge, or both together."""

    judge: str
    judge_2: str | None
    prompt: str


def calibrate(file: Path, *, dry_run: bool) -> None:
    """Judge the labelled answers of a file; print and store how often each judge is right.

    With `dry_run`, print what would be asked and what it would cost. Raises LaunchFailed for a file
    that is out of form or has labels of one kind alone, a ModelFailed, or StoreFailed.
    """
    settings, items = configured(), read(file)
    labels = [made for item in items for made in item.made.values()]
    if not {True, False} <= {*labels}:
        raise LaunchFailed(
            "The labels are all of one kind: to measure a judge, it takes mistakes that were made "
            "and mistakes that were not."
        )
    with opened(settings) as store:
        prompts = PromptBook(store.prompts, Prompts.shipped()).in_force()
        print(
            f"{len(items)} answers with {len(labels)} labels: {sum(labels)} mistakes made, "
            f"{len(labels) - sum(labels)} avoided."
        )
        known = KnownModels.read(settings.models_file)
        with closing(machinery.build(settings, known)) as built:
            desk = Desk(
                built.asker,
                prompts,
                RunScope(new_run_id(), Cancel()),
                settings.calls_per_run or _CALLS_AT_ONCE,
            )
            calibrator = Calibrator(desk, cast_of(settings).judges)
            print(_forecast(calibrator, items, known))
            if not dry_run:
                _measure(calibrator, items, store, settings)


def _forecast(calibrator: Calibrator, items: Sequence[Labelled], known: KnownModels) -> str:
    written = TYPICAL[JUDGING].output_tokens
    asked = list(calibrator.prompts(items))
    cost = sum(
        known.cost_usd(model, usage_of(prompt, "").model_copy(update={"output_tokens": written}))
        for model, prompt in asked
    )
    unpriced = sorted({public_id(m) for m, _ in asked if not known.facts(m).priced})
    no_price = f" No price is known for {', '.join(unpriced)}." if unpriced else ""
    return (
        f"Calls: {len(asked)}, about ${cost:.2f} at the prices of {known.as_of}; a judgement out "
        f"of form is asked for again.{no_price}"
    )


def _measure(
    calibrator: Calibrator, items: Sequence[Labelled], store: Store, settings: Settings
) -> None:
    compared = _compared(calibrator, items)
    version = calibrator.desk.prompts[TEMPLATES[JUDGING]].version
    spent = calibrator.desk.scope.ledger.spent
    print(f"Spent: {spent.model_calls} calls, ${spent.cost_usd:.2f}.")
    for judges, labels in _labels(calibrator, compared, version):
        print()
        if labels.telling:
            known = accuracy(labels, **judges._asdict(), at=now())
            store.calibrations.keep(known, simulated=settings.simulated)
            print("\n".join(_lines(known)))
        else:
            print(f"{_name(judges)}: too few labels got a usable word. Nothing is stored.")
    told = agreement(both for each in compared for both in words([one.said for one in each.each]))
    if told.share is not None:
        print(f"The judges agree on {told.same} of {told.counted} labels.")
    print("\nRuns of rigor screened and certified that end from now on show corrected rates.")


def _compared(calibrator: Calibrator, items: Sequence[Labelled]) -> list[Compared]:
    judging, judged = calibrator.compare(items), 0
    expected = len(items) * len(calibrator.judges)
    while True:
        try:
            event = next(judging)
        except StopIteration as end:
            compared: list[Compared] = end.value
            return compared
        if isinstance(event, Step):
            judged += event.success
            if event.success and judged % _TOLD_EVERY == 0:
                print(f"{judged} of {expected} judgements are in.", file=sys.stderr)


def _labels(
    calibrator: Calibrator, compared: Sequence[Compared], version: str
) -> Iterator[tuple[_Judges, Labels]]:
    """Yield each judge, and both together if there are two, with what they make of the labels."""
    models = [public_id(model) for model in calibrator.judges]

    def counted(seen: Iterator[Seen]) -> Labels:
        marks = (marked(one.presence, disputed=one.disputed) for one in seen)
        return Labels.of((each.made, mark) for each, mark in zip(compared, marks, strict=True))

    for place, model in enumerate(models):
        yield _Judges(model, None, version), counted(each.each[place] for each in compared)
    if len(models) > 1:
        yield _Judges(models[0], models[1], version), counted(each.together for each in compared)


def _lines(known: Accuracy) -> Iterator[str]:
    judges = _Judges(known.judge, known.judge_2, known.prompt)
    yield f"{_name(judges)}, prompt {known.prompt}:"
    sure = (known.sensitivity, known.sensitivity_lower, known.sensitivity_upper)
    yield f"  sensitivity {_between(*sure)}: found {known.found} of {known.made} made"
    sure = (known.specificity, known.specificity_lower, known.specificity_upper)
    yield f"  specificity {_between(*sure)}: cleared {known.cleared} of {known.avoided} avoided"
    if known.unclear:
        yield f"  no usable word on {known.unclear} labels, which count for neither"


def _name(judges: _Judges) -> str:
    if judges.judge_2 is None:
        return f"Judge {judges.judge}"
    return f"Both judges together, {judges.judge} and {judges.judge_2}"


def _between(share: float, lower: float, upper: float) -> str:
    return f"{share:.1%} (95 % interval {lower:.1%} to {upper:.1%})"
