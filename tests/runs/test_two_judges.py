"""Runs with a second judge: left in the middle, forked, judged again, and foreseen."""

import pytest

from aqumen.errors import InvalidOrder
from aqumen.events import AnyEvent, Final, Gate, Sample, Step
from aqumen.models.request import JsonObject, Request
from aqumen.runs.branches import Fork
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, events
from fakes.judges import SECOND, TWO_JUDGES, finds_nothing, judging_model
from fakes.models import Held, Scripted, ScriptedModel
from fakes.pipelines import CAST, FIRST_TIME
from fakes.sampling import sample_of


def agreeing() -> ScriptedModel:
    return judging_model(lambda _, said: said)


def final_of(of: list[AnyEvent]) -> Final:
    return next(event for event in of if isinstance(event, Final))


def samples(of: list[AnyEvent]) -> list[Sample]:
    return [event for event in of if isinstance(event, Sample)]


def judged(of: list[AnyEvent]) -> Step:
    return next(e for e in reversed(of) if isinstance(e, Step) and e.step_number == 6)


def test_a_run_left_while_the_second_judge_reads_asks_for_no_stored_answer_again(
    open_runs: OpenRuns,
) -> None:
    def held(request: Request, said: JsonObject) -> Scripted:
        sample = sample_of(request)
        late = sample is not None and sample[1] == "confirm" and sample[2] >= 5
        return Held("So far") if late else said

    second = agreeing()
    runs = open_runs(judging_model(held), cast=TWO_JUDGES)
    run_id = begin(runs, FIRST_TIME, rigor="certified")
    eventually(lambda: len(runs.told(run_id, "sample")) == 14)
    runs.close(2.0)

    # What the run was begun with is pinned: this server has one judge.
    of = events(open_runs(second), run_id)

    assert final_of(of).metadata.evidence == "certified"
    assert len(samples(of)) == 30
    assert len(second.asked(6)) == 2 * (30 - 14)
    agreed = final_of(of).metadata.agreement
    assert agreed is not None
    assert agreed.counted == 30 * 6
    assert next(e for e in reversed(of) if isinstance(e, Gate)).measured.agreement is not None


def test_a_run_left_in_step_6_asks_both_judges(open_runs: OpenRuns) -> None:
    runs = open_runs(judging_model(lambda _, __: Held("So far")), cast=TWO_JUDGES)
    run_id = begin(runs)
    eventually(lambda: len(runs.told(run_id, "step_started")) >= 6)
    runs.close(2.0)

    of = events(open_runs(agreeing(), cast=TWO_JUDGES), run_id)

    assert [call.model for call in judged(of).calls] == [CAST.judge] * 2 + [SECOND] * 2
    assert final_of(of).success


def test_a_fork_may_bring_in_a_second_judge(open_runs: OpenRuns) -> None:
    runs = open_runs(judging_model(lambda _, said: finds_nothing(said)))
    parent = begin(runs, FIRST_TIME, max_attempts=1)
    assert final_of(events(runs, parent)).success

    wanted = Fork(6, models={"judge_2": SECOND})
    of = events(runs, runs.branches.fork(parent, wanted, request_id=None))

    assert len(judged(of).calls) == 4
    assert not final_of(of).differentiation_achieved
    with pytest.raises(InvalidOrder, match="no effect"):
        runs.branches.fork(parent, Fork(7, models={"judge_2": SECOND}), request_id=None)


def test_a_rejudgement_asks_both_judges(open_runs: OpenRuns) -> None:
    model = agreeing()
    runs = open_runs(model, cast=TWO_JUDGES)
    parent = begin(runs)
    before = events(runs, parent)
    model.history.clear()

    again = events(runs, runs.branches.rejudge(parent, models={}, prompt=None, request_id=None))

    assert sorted(r.model for r in model.history) == sorted([CAST.judge, SECOND] * 2)
    assert judged(again).evidence == judged(before).evidence
    agreed = final_of(again).metadata.agreement
    assert agreed is not None
    assert agreed.counted == 12


@pytest.mark.parametrize(("rigor", "calls"), [("single-sample", 4), ("certified", 60)])
def test_a_fork_foresees_the_calls_of_both_judges(
    open_runs: OpenRuns, rigor: str, calls: int
) -> None:
    runs = open_runs(agreeing())
    parent = begin(runs, FIRST_TIME, rigor=rigor)
    events(runs, parent)

    wanted = Fork(6, models={"judge_2": SECOND})
    foreseen = [c for c in runs.branches.forecast(parent, wanted).calls if c.step_number == 6]

    assert sum(call.likely for call in foreseen) == calls
    assert {call.label for call in foreseen if call.model == SECOND} >= {
        "mid-tier answer, second judge",
        "weak-tier answer, second judge",
    }
    assert sum(call.likely for call in foreseen if call.model == SECOND) == calls / 2
    of = events(runs, runs.branches.fork(parent, wanted, request_id=None))
    made = len(judged(of).calls) + sum(len(s.calls) - 1 for s in samples(of) if s.calls)
    assert made == calls


def test_both_judges_are_paid_for(open_runs: OpenRuns) -> None:
    runs = open_runs(agreeing(), cast=TWO_JUDGES)
    run_id = begin(runs, FIRST_TIME, rigor="screened")

    metadata = final_of(events(runs, run_id)).metadata

    assert metadata.model_calls == 3 + 2 + 4 + 4 * 3 + 1
    assert runs.find(run_id).models["judge_2"] == SECOND
