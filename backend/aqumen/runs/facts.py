"""What a run that is over comes to, in short: a pure fold over its log."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from aqumen.events import AnyEvent, Failed, Final, Gate, Retry, Sample, Step
from aqumen.models.known import public_id
from aqumen.pipeline.sampling import numbered_calls
from aqumen.store.facts import RunFacts, StepFacts, Unnoted

from .overrides import TEMPLATES
from .past import Point

TOLD = ("step", "retry", "sample", "gate", "final", "error")
"""The types of the events that say something of it."""

_DAY_SECONDS = 24 * 3600
_LONGEST_NAME = 64


def facts_of(run: Unnoted, told: Iterable[AnyEvent]) -> RunFacts:
    """Return the facts of a run from its log."""
    events = list(told)
    steps = _steps(run, events)
    final = next((event for event in events if isinstance(event, Final)), None)
    cause, stopped_at = _end(events, steps)
    models = {role: public_id(model) for role, model in run.models.items()}
    return RunFacts(
        run_id=run.run_id,
        day=int(run.created_at // _DAY_SECONDS),
        models=_fingerprint(models),
        prompts=_fingerprint(run.prompt_versions),
        differentiated=final is not None and final.differentiation_achieved,
        cause=cause,
        stopped_at=stopped_at,
        steps=tuple(steps.values()),
    )


def _fingerprint(named: Mapping[str, str]) -> str:
    text = json.dumps(named, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _steps(run: Unnoted, events: Iterable[AnyEvent]) -> dict[Point, StepFacts]:
    answers: dict[Point, list[Step]] = defaultdict(list)
    retries: Counter[Point] = Counter()
    sampling: defaultdict[Point, float] = defaultdict(float)
    for event in events:
        if isinstance(event, Step) and event.reused_from is None:
            answers[Point(event.attempt, event.step_number)].append(event)
        elif isinstance(event, Retry):
            retries[Point(event.attempt, event.step_number)] += 1
        elif isinstance(event, Sample):
            for step, call in numbered_calls(event):
                sampling[Point(event.attempt, step)] += call.cost_usd
    return {
        point: _step(run, point, of_it, retries[point], sampling[point])
        for point, of_it in sorted(answers.items())
    }


def _step(
    run: Unnoted, point: Point, answers: Sequence[Step], retries: int, sampling: float
) -> StepFacts:
    failed = (
        check.name[:_LONGEST_NAME]
        for answer in answers
        for check in answer.checks
        if not check.passed
    )
    return StepFacts(
        step=point.step,
        attempt=point.attempt,
        model=answers[-1].model,
        prompt=run.prompt_versions.get(TEMPLATES[point.step]),
        answers=len(answers),
        first_right=answers[0].success,
        accepted=any(answer.success for answer in answers),
        seconds=sum(answer.duration_seconds for answer in answers),
        cost_usd=sum(answer.cost_usd for answer in answers) + sampling,
        retries=retries,
        failed_checks=tuple(dict.fromkeys(failed)),
    )


def _end(
    events: Sequence[AnyEvent], steps: Mapping[Point, StepFacts]
) -> tuple[str | None, int | None]:
    """Return why there is no question, if so, and at which step the run ended."""
    last = next((event for event in reversed(events) if isinstance(event, Final | Failed)), None)
    if last is None:
        return None, None
    if isinstance(last, Failed):
        return last.code, last.step_number
    if last.success:
        return None, last.stopped_at_step
    stopped = [facts for point, facts in steps.items() if point.step == last.stopped_at_step]
    if last.stopped_at_step != 6 or (stopped and not stopped[-1].accepted):
        return "step_rejected", last.stopped_at_step
    return _undecided(events), 6


def _undecided(events: Sequence[AnyEvent]) -> str:
    """Return why answers that were judged tell no models apart."""
    ruling = next((event for event in reversed(events) if isinstance(event, Gate)), None)
    if ruling is None:
        return "not_differentiated"
    if ruling.void:
        return "too_much_missing"
    return "not_confirmed" if ruling.phase == "confirm" else "not_differentiated"
