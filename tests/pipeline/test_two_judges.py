"""A second judge beside the first: whom it is put to, what counts, and what is said of both."""

import pytest

from aqumen.events import Event, Final
from aqumen.pipeline.memory import Memory
from aqumen.pipeline.pipeline import Before
from aqumen.pipeline.plan import Plan
from aqumen.pipeline.sampling import calls_of
from fakes.judges import SECOND, disputing, finds_nothing, judging_model, with_second
from fakes.models import ScriptedModel
from fakes.pipelines import CAST, FIRST_TIME, pipeline_on, plan_of, scope, steps_of, told
from fakes.sampling import gates_in, samples_in


def certified(model: ScriptedModel) -> list[Event]:
    return told(model, with_second(plan_of(FIRST_TIME, rigor="certified", max_attempts=1)))


def final_of(events: list[Event]) -> Final:
    return next(event for event in events if isinstance(event, Final))


def agreeing() -> ScriptedModel:
    return judging_model(lambda _, said: said)


def test_both_judges_read_both_answers_blind_and_each_in_an_order_of_its_own() -> None:
    model = agreeing()

    events = told(model, with_second(plan_of(FIRST_TIME)))

    asked = model.asked(6)
    assert sorted(request.model for request in asked) == sorted([CAST.judge, SECOND] * 2)
    assert len({request.prompt.split("<entries")[1] for request in asked}) > 1
    assert not any("second judge" in r.prompt or "-tier" in r.prompt for r in asked)
    step = next(step for step in steps_of(events) if step.step_number == 6)
    assert [call.label for call in step.calls] == [
        "mid-tier answer",
        "weak-tier answer",
        "mid-tier answer, second judge",
        "weak-tier answer, second judge",
    ]
    agreed = final_of(events).metadata.agreement
    assert agreed is not None
    assert (agreed.same, agreed.counted, agreed.kappa) == (12, 12, 1.0)


def test_a_failure_that_the_second_judge_does_not_find_counts_for_nothing() -> None:
    model = judging_model(lambda _, said: finds_nothing(said))

    final = final_of(told(model, with_second(plan_of(FIRST_TIME, max_attempts=1))))

    assert not final.differentiation_achieved
    assert final.metadata.agreement is not None
    assert final.metadata.agreement.same < final.metadata.agreement.counted == 12


def test_every_sample_is_judged_by_both_and_tells_of_both() -> None:
    model = agreeing()

    events = certified(model)

    assert len(model.asked(6)) == 60
    for sample in samples_in(events):
        assert [call.model for call in sample.calls[1:]] == [CAST.judge, SECOND]
        assert all(len(reading.judges) == 2 for reading in sample.readings)
    last = samples_in(events)[-1]
    assert last.agreement is not None
    assert (last.agreement.same, last.agreement.counted) == (24, 24)
    assert gates_in(events)[-1].measured.agreement == last.agreement
    final = final_of(events)
    assert final.metadata.evidence == "certified"
    assert final.metadata.agreement is not None
    assert final.metadata.agreement.counted == 30 * 6


def test_disputed_answers_are_missing_and_void_nothing() -> None:
    events = certified(disputing(1, 2, 3))

    confirmed = gates_in(events)[-1]
    assert (confirmed.passed, confirmed.void) == (True, False)
    assert (confirmed.measured.weak.missing, confirmed.measured.weak.disputed) == (3, 3)
    assert "contradict each other on 3" in confirmed.reason
    agreed = confirmed.measured.agreement
    assert agreed is not None
    assert (agreed.same, agreed.counted) == (21, 24)
    disputed = [sample for sample in samples_in(events) if sample.disputed]
    assert {(s.tier, s.outcome) for s in disputed} == {("weak", "missing")}
    assert len(disputed) == 3


def test_what_is_remembered_of_two_judges_is_not_asked_again() -> None:
    plan = with_second(plan_of(FIRST_TIME, rigor="certified", max_attempts=1))
    before = told(disputing(2), plan)
    model = ScriptedModel()

    again = list(pipeline_on(model).run(plan, scope(), Before(Memory(before))))

    assert not model.asked(6)
    final = final_of([item for item in again if isinstance(item, Event)])
    assert final.metadata.agreement == final_of(before).metadata.agreement


CERTIFIED = plan_of(FIRST_TIME, rigor="certified", max_attempts=1)


@pytest.mark.parametrize("plan", [CERTIFIED, with_second(CERTIFIED)])
def test_no_two_calls_of_a_run_share_a_place_and_a_sample_names_the_places_of_its_own(
    plan: Plan,
) -> None:
    model = agreeing()

    events = told(model, plan)

    places = [
        tuple(int(request.metadata[name]) for name in ("step", "attempt", "call"))
        for request in model.history
    ]
    assert len(set(places)) == len(places) > 60
    named = {place for phase in ("screen", "confirm") for s in samples_in(events, phase)
             for place in calls_of(s)}  # fmt: skip
    assert {place for place in places if place[0] in (4, 5, 6)} <= named


def test_a_run_with_one_judge_says_nothing_of_agreement() -> None:
    events = told(agreeing(), plan_of(FIRST_TIME, rigor="screened"))

    assert final_of(events).metadata.agreement is None
    assert gates_in(events)[-1].measured.agreement is None
    assert all(not r.judges for s in samples_in(events, "screen") for r in s.readings)
