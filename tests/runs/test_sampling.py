"""Runs that take several answers: left in the middle, forked, told again, and out of time."""

import json

import pytest

from aqumen.events import AnyEvent, Done, Failed, Final, Gate, Progress, Sample
from aqumen.models.request import Request
from aqumen.runs.branches import Fork
from aqumen.runs.limits import Limits
from aqumen.runs.runs import Runs
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, events
from fakes.models import Held, ScriptedModel
from fakes.pipelines import FIRST_TIME, SECOND_TIME, offline_answer
from fakes.postgres import on_both
from fakes.sampling import bare, confirming, sample_of, sampled_model

Place = tuple[str, str, int]


def asked(model: ScriptedModel) -> list[Place]:
    """Return the samples a model was asked to answer, in order."""
    every = (sample_of(request) for request in model.history if request.metadata["step"] in "45")
    return [sample for sample in every if sample]


def told(of: list[AnyEvent], attempt: int = 1) -> list[Place]:
    """Return the samples of an attempt, in the order of the log."""
    return [(s.tier, s.phase, s.index) for s in samples(of) if s.attempt == attempt]


def samples(of: list[AnyEvent]) -> list[Sample]:
    return [event for event in of if isinstance(event, Sample)]


def final_of(of: list[AnyEvent]) -> Final:
    return next(event for event in of if isinstance(event, Final))


def held_from(phase: str, index: int) -> ScriptedModel:
    """Answers all samples but those from one on, which hang until they are cancelled."""

    def choose(tier: str, its_phase: str, its_index: int) -> str | Held:
        return Held("So far") if its_phase == phase and its_index >= index else tier

    return sampled_model(choose)


def check_told_once(of: list[AnyEvent]) -> None:
    """Fail unless a run was told once, without gaps, and its progress never fell."""
    assert [event.seq for event in of] == list(range(1, len(of) + 1))
    places = [(s.attempt, s.phase, s.tier, s.index) for s in samples(of)]
    gates = [(event.attempt, event.phase) for event in of if isinstance(event, Gate)]
    assert len(set(places)) == len(places)
    assert len(set(gates)) == len(gates)
    percents = [event.percent for event in of if isinstance(event, Progress)]
    assert percents == sorted(percents)


@on_both
@pytest.mark.parametrize(("phase", "index", "stored"), [("screen", 3, 4), ("confirm", 5, 14)])
def test_a_run_left_while_sampling_asks_for_no_stored_answer_again(
    open_runs: OpenRuns, phase: str, index: int, stored: int
) -> None:
    first, second = held_from(phase, index), sampled_model()
    runs = open_runs(first)
    run_id = begin(runs, FIRST_TIME, rigor="certified")
    eventually(lambda: len(runs.told(run_id, "sample")) == stored)
    before = [json.loads(data) for data in runs.told(run_id, "sample", "gate")]
    runs.close(2.0)

    of = events(open_runs(second), run_id)

    check_told_once(of)
    assert isinstance(of[-1], Done)
    assert final_of(of).metadata.evidence == "certified"
    kept = {(each["tier"], each["phase"], each["index"]) for each in before if "tier" in each}
    assert not kept & set(asked(second))
    assert len(told(of)) == 30
    assert [event.seq for event in of if isinstance(event, Sample | Gate)][: len(before)] == [
        each["seq"] for each in before
    ]


def test_a_confirmation_left_when_it_could_pass_no_more_is_not_gone_on_with(
    open_runs: OpenRuns,
) -> None:
    def held_after(tier: str, phase: str, index: int) -> str | Held:
        if phase == "screen":
            return tier
        return "mid" if tier == "weak" and index <= 7 else Held("So far")

    first, second = sampled_model(held_after), sampled_model(confirming(weak_avoids=12))
    runs = open_runs(first, Limits(calls_per_run=16))
    run_id = begin(runs, FIRST_TIME, rigor="certified", max_attempts=1)
    eventually(lambda: len(runs.told(run_id, "sample")) == 6 + 7)
    runs.close(2.0)

    of = events(open_runs(second), run_id)

    check_told_once(of)
    assert not asked(second)
    assert "could pass no more" in (final_of(of).reason or "")


def fork(runs: Runs, run_id: str, step: int, attempt: int | None = None) -> str:
    return runs.branches.fork(run_id, Fork(step, attempt), request_id=None)


@pytest.mark.parametrize(("step", "anew"), [(3, 28), (6, 28), (7, 0)])
def test_a_fork_takes_earlier_attempts_samples_as_they_are(
    open_runs: OpenRuns, step: int, anew: int
) -> None:
    model = sampled_model()
    runs = open_runs(model)
    parent = begin(runs, SECOND_TIME, rigor="certified")
    before = events(runs, parent)
    model.history.clear()

    forked = fork(runs, parent, step)
    of = events(runs, forked)

    check_told_once(of)
    assert len(asked(model)) == anew
    assert final_of(of).metadata.evidence == "certified"
    assert told(of, attempt=1) == told(before, attempt=1)
    reused = [sample for sample in samples(of) if sample.reused_from]
    assert {sample.reused_from for sample in reused} == {parent}
    assert sum(sample.cost_usd for sample in reused) == 0
    assert len(reused) == (36 if step == 7 else 6)


def test_a_dry_run_of_a_fork_counts_the_answers_to_come(open_runs: OpenRuns) -> None:
    model = sampled_model()
    runs = open_runs(model)
    parent = begin(runs, FIRST_TIME, rigor="certified")
    events(runs, parent)

    for step in (1, 4, 6, 7):
        model.history.clear()
        foreseen = runs.branches.forecast(parent, Fork(step))
        of = events(runs, fork(runs, parent, step))

        assert foreseen.likely.model_calls == len(model.history)
        cost = final_of(of).metadata.cost_usd
        assert foreseen.likely.cost_usd == pytest.approx(cost, rel=0.1)
    whole = runs.branches.forecast(parent, Fork(3))
    assert whole.attempts_left == 3
    assert whole.at_most.model_calls == whole.likely.model_calls + 2 * (3 + 2 + 56)


def test_a_rejudgement_of_a_certified_run_is_a_single_sample(open_runs: OpenRuns) -> None:
    runs = open_runs(sampled_model())
    parent = begin(runs, FIRST_TIME, rigor="certified")
    events(runs, parent)

    judged = runs.branches.rejudge(parent, models={}, prompt=None, request_id=None)
    of = events(runs, judged)

    assert not samples(of)
    assert final_of(of).metadata.evidence == "single-sample"
    assert runs.find(parent).evidence == "certified"


def test_a_certified_run_has_a_deadline_of_its_own(open_runs: OpenRuns) -> None:
    limits = Limits(deadline_seconds=0.0, certified_deadline_seconds=60.0)
    runs = open_runs(sampled_model(), limits)

    *_, late = events(runs, begin(runs, FIRST_TIME, rigor="screened"))
    *_, done = events(runs, begin(runs, FIRST_TIME, rigor="certified"))

    assert isinstance(late, Failed)
    assert late.code == "deadline_exceeded"
    assert isinstance(done, Done)


def test_a_cancel_while_sampling_asks_for_nothing_more(open_runs: OpenRuns) -> None:
    model = held_from("confirm", 3)
    runs = open_runs(model)
    run_id = begin(runs, FIRST_TIME, rigor="certified")
    eventually(lambda: len(runs.told(run_id, "sample")) == 10)
    before = len(model.history)

    runs.cancel(run_id)
    *_, last = events(runs, run_id)

    assert isinstance(last, Failed)
    assert (last.code, last.step_number) == ("cancelled", 6)
    assert len(model.history) == before


def test_text_on_its_way_is_forgotten_once_its_sample_is_told(open_runs: OpenRuns) -> None:
    left: list[int] = []

    def answer(request: Request) -> object:
        if request.metadata["step"] == "7":
            run = runs._live.get(request.metadata["run"])
            left.append(len(run.open_calls()) if run else -1)
        return offline_answer(bare(request))

    runs = open_runs(ScriptedModel(answer))  # type: ignore[arg-type]
    events(runs, begin(runs, FIRST_TIME, rigor="screened"))

    assert left == [0]
