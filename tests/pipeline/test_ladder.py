"""Several answers of each model to one question: what is asked, counted and concluded."""

import json

import pytest

from aqumen.errors import AccessDenied, ModelThrottled, WorkerLost
from aqumen.events import Event, Final, Gate, Sample
from aqumen.judging.findings import Findings
from aqumen.judging.presence import seen
from aqumen.judging.standing import Standing
from aqumen.material import Answer, Catalog, Mistake, Question
from aqumen.models.request import Request
from aqumen.pipeline.memory import Memory
from aqumen.pipeline.pipeline import Before
from fakes.models import Scripted, ScriptedModel, text_reply
from fakes.pipelines import (
    FIRST_TIME,
    NEVER,
    offline_answer,
    pipeline_on,
    plan_of,
    scope,
    steps_of,
    told,
)
from fakes.sampling import (
    Choice,
    bare,
    confirming,
    cut_short,
    gates_in,
    sample_of,
    sampled_model,
    samples_in,
)


def certified(model: ScriptedModel, attempts: int = 1) -> list[Event]:
    return told(model, plan_of(FIRST_TIME, rigor="certified", max_attempts=attempts))


def final_of(events: list[Event]) -> Final:
    return next(event for event in events if isinstance(event, Final))


def test_a_single_sample_is_told_as_ever() -> None:
    events = told(sampled_model(), plan_of(FIRST_TIME))

    assert not [event for event in events if isinstance(event, Sample | Gate)]
    assert final_of(events).metadata.measured is None


def test_a_screen_takes_three_answers_of_each_model_and_judges_all() -> None:
    model = sampled_model()

    events = told(model, plan_of(FIRST_TIME, rigor="screened"))

    assert [len(model.asked(step)) for step in (4, 5, 6)] == [3, 3, 6]
    assert {(s.tier, s.index) for s in samples_in(events, "screen")} == {
        (tier, index) for tier in ("mid", "weak") for index in (1, 2, 3)
    }
    (gate,) = gates_in(events)
    final = final_of(events)
    assert (gate.phase, gate.passed) == ("screen", True)
    assert final.metadata.evidence == "screened"
    assert final.metadata.weak_model_failures == gate.mistakes
    assert final.metadata.measured == gate.measured
    assert sorted({step.step_number for step in steps_of(events)}) == [1, 2, 3, 4, 5, 6, 7]


def test_more_answers_are_asked_for_in_the_same_words_and_not_at_temperature_zero() -> None:
    model = sampled_model()

    certified(model)

    for step in (4, 5):
        assert len({request.prompt for request in model.asked(step)}) == 1
        assert {request.temperature for request in model.asked(step)} == {1.0}
    assert model.asked(4)[0].prompt == model.asked(5)[0].prompt
    judged = [request.prompt for request in model.asked(6)]
    assert len(judged) == 30
    assert not any(word in prompt for prompt in judged for word in ("-tier", "confirm", "sonnet"))
    assert len({prompt.split("<entries")[1] for prompt in judged}) > 10


def test_the_first_answers_are_counted_without_being_asked_for_again() -> None:
    events = certified(sampled_model())

    first = [sample for sample in samples_in(events, "screen") if sample.index == 1]
    assert [sample.calls for sample in first] == [(), ()]
    assert all(len(s.calls) == 2 for s in samples_in(events, "screen") if s.index > 1)


def test_a_confirmation_tests_one_mistake_on_twelve_new_answers_of_each_model() -> None:
    events = certified(sampled_model(confirming(mid_fails=1, weak_avoids=2)))

    screened, confirmed = gates_in(events)
    target = screened.measured.mistake
    assert confirmed.mistakes == (target,)
    assert {sample.mistake for sample in samples_in(events)} == {target}
    assert len(samples_in(events)) == 24
    assert (confirmed.measured.p_mid, confirmed.measured.p_weak) == (11 / 12, 2 / 12)
    assert confirmed.measured.lower is not None
    assert confirmed.measured.lower > 0
    final = final_of(events)
    assert final.metadata.evidence == "certified"
    assert final.metadata.weak_model_failures == (target,)
    assert final.metadata.measured == confirmed.measured
    assert final.assessment is not None
    assert {error.mistake for error in final.assessment.errors} == {target}


def test_the_target_is_told_before_anything_of_the_confirmation_is_asked() -> None:
    model = sampled_model()
    items = pipeline_on(model).run(plan_of(FIRST_TIME, rigor="certified"), scope())

    next(item for item in items if isinstance(item, Gate))

    phases = [sample[1] for sample in map(sample_of, model.history) if sample]
    assert set(phases) == {"screen"}
    assert len([item for item in items if isinstance(item, Sample)]) == 24


def test_a_confirmation_never_ends_early_because_it_goes_well() -> None:
    events = certified(sampled_model())

    late = samples_in(events)[17]
    assert late.lower is not None
    assert late.lower > 0.3
    assert len(samples_in(events)) == 24


def test_a_confirmation_that_can_pass_no_more_begins_no_further_answer() -> None:
    model = sampled_model(confirming(weak_avoids=12))

    events = certified(model)

    taken = samples_in(events)
    assert 7 <= len(taken) < 24
    asked = [
        sample for sample in map(sample_of, model.history) if sample and sample[1] == "confirm"
    ]
    assert len(asked) == 2 * len(taken), "what was begun is judged and counted"
    final = final_of(events)
    assert final.metadata.evidence is None
    assert final.reason is not None
    assert "when it could pass no more" in final.reason
    assert "in one attempt" in final.reason


def test_what_a_failed_confirmation_found_is_told_to_the_next_attempt() -> None:
    model = sampled_model(confirming(mid_fails=12))

    events = certified(model, attempts=2)

    assert [gate.phase for gate in gates_in(events)] == ["screen", "confirm"] * 2
    second = model.asked(3)[1].prompt
    assert gates_in(events)[1].reason in second
    assert gates_in(events)[0].measured.confidence == 0.975


def test_models_that_both_avoid_everything_get_no_confirmation() -> None:
    events = told(sampled_model(), plan_of(NEVER, rigor="certified", max_attempts=1))

    assert [(gate.phase, gate.passed) for gate in gates_in(events)] == [("screen", False)]
    assert final_of(events).reason == (
        f"No question separated the two models in one attempt. In the last: "
        f"{gates_in(events)[0].reason}"
    )


def missing(number: int, instead: Choice) -> ScriptedModel:
    """Models of which the first answers of the weak one's confirmation say nothing."""
    return sampled_model(
        lambda tier, phase, index: (
            instead if (tier, phase) == ("weak", "confirm") and index <= number else tier
        )
    )


def test_more_than_a_tenth_of_answers_without_a_word_void_an_attempt() -> None:
    events = certified(missing(3, cut_short()))

    confirmed = gates_in(events)[-1]
    assert (confirmed.passed, confirmed.void) == (False, True)
    assert "3 of 24 answers gave no usable evidence" in confirmed.reason
    assert final_of(events).reason is not None
    cut = [sample for sample in samples_in(events) if sample.why_missing]
    assert {(s.outcome, s.why_missing) for s in cut} == {
        ("missing", "The answer was cut off at its length limit.")
    }
    assert all(len(sample.calls) == 1 for sample in cut), "nothing is asked again, or judged"


@pytest.mark.parametrize(
    "instead",
    [
        cut_short(),
        text_reply("No.", stop_reason="content_filtered"),
        text_reply("No.", stop_reason="guardrail_intervened"),
        text_reply("No.", stop_reason="refusal"),
        text_reply(" "),
        ModelThrottled(),
    ],
)
def test_two_answers_may_be_missing_whatever_the_reason(instead: Choice) -> None:
    events = certified(missing(2, instead))

    assert gates_in(events)[-1].passed
    assert gates_in(events)[-1].measured.weak.missing == 2


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("refusal", "The model refused to answer."),
        ("guardrail_intervened", "A guardrail ended the answer."),
    ],
)
def test_a_refused_answer_is_missing_and_is_neither_judged_nor_asked_for_again(
    reason: str, why: str
) -> None:
    events = certified(missing(3, text_reply("I would rather not.", stop_reason=reason)))

    refused = [sample for sample in samples_in(events) if sample.why_missing]
    assert {(s.tier, s.outcome, s.why_missing, len(s.calls)) for s in refused} == {
        ("weak", "missing", why, 1)
    }
    assert len(refused) == 3
    assert gates_in(events)[-1].void


def doubtful(number: int) -> ScriptedModel:
    """Models whose judge is sure of nothing in the weak one's first confirming answers."""

    def answer(request: Request) -> Scripted:
        said = offline_answer(bare(request))
        tier, phase, index = sample_of(request) or ("", "", 0)
        judged = request.metadata["step"] == "6" and (tier, phase) == ("weak", "confirm")
        if not judged or index > number:
            return said
        assert isinstance(said, dict)
        unsure = {"present": "unsure", "quote": ""}
        return {**said, "findings": [{**each, **unsure} for each in said["findings"]]}

    return ScriptedModel(answer)


def test_a_run_whose_judge_is_unsure_of_more_than_a_tenth_is_void() -> None:
    events = certified(doubtful(3))

    unsure = [sample for sample in samples_in(events) if sample.outcome == "missing"]
    assert {(s.tier, s.why_missing, len(s.calls)) for s in unsure} == {("weak", "", 2)}
    confirmed, final = gates_in(events)[-1], final_of(events)
    assert (confirmed.passed, confirmed.void, confirmed.measured.weak.missing) == (False, True, 3)
    assert (final.success, final.assessment, final.metadata.evidence) == (False, None, None)
    assert "3 of 24 answers gave no usable evidence" in (final.reason or "")


def test_a_judge_that_is_unsure_of_two_answers_voids_nothing() -> None:
    events = certified(doubtful(2))

    assert gates_in(events)[-1].passed
    assert final_of(events).metadata.evidence == "certified"


def test_an_answer_without_its_headings_is_an_answer() -> None:
    events = certified(missing(1, "Plain words without headings: SELECT 1 FROM accounts;"))

    sample = next(s for s in samples_in(events) if (s.tier, s.index) == ("weak", 1))
    assert (sample.outcome, len(sample.calls)) == ("absent", 2)


def test_what_every_call_would_meet_ends_the_run() -> None:
    with pytest.raises(AccessDenied):
        certified(missing(1, AccessDenied()))


def test_a_judgement_out_of_form_is_asked_again_and_then_missing() -> None:
    model = sampled_model(judge=lambda *at: {} if at == ("mid", "confirm", 4) else None)

    events = certified(model)

    sample = next(s for s in samples_in(events) if (s.tier, s.index) == ("mid", 4))
    assert len(sample.calls) == 4
    assert sample.why_missing.startswith("Its judgement was rejected 3 times.")


def catalog_of(events: list[Event]) -> Catalog:
    told_2 = next(step for step in steps_of(events) if step.step_number == 2 and step.success)
    return tuple(
        Mistake.model_validate(entry) for entry in json.loads(told_2.response_full)["errors"]
    )


@pytest.mark.parametrize(("fails", "avoids"), [(0, 0), (2, 3), (1, 9), (5, 1)])
def test_every_ruling_can_be_computed_again_from_the_log_alone(fails: int, avoids: int) -> None:
    events = certified(sampled_model(confirming(fails, avoids)))

    names = [entry.mistake for entry in catalog_of(events)]
    for gate in gates_in(events):
        target = gates_in(events)[0].measured.mistake if gate.phase == "confirm" else None
        standing = Standing(names, 1 - 0.05 / 1, target)
        for sample in samples_in(events, gate.phase):
            standing.add(sample.tier, sample.readings)
            assert sample.lower == standing.rates().lower
        again = standing.ruling()
        assert (gate.passed, gate.measured, gate.reason) == (
            again.passed,
            again.measured,
            again.reason,
        )


def test_what_a_sample_shows_can_be_read_again_in_its_calls() -> None:
    events = certified(sampled_model(confirming(2, 2)))

    asked = next(step for step in steps_of(events) if step.step_number == 3)
    question = Question.model_validate_json(asked.response_full)
    for sample in samples_in(events):
        answered, judged = sample.calls
        answer = Answer(text=answered.response, output="", rationale="", considerations="")
        findings = Findings.model_validate_json(judged.response)
        for reading in sample.readings:
            found = seen(reading.mistake, findings, answer, question)
            assert (reading.presence, reading.quote) == (found.presence, found.quote)


def test_the_offline_models_certify_and_do_not_always_say_the_same() -> None:
    events = certified(ScriptedModel(offline_answer))

    assert final_of(events).metadata.evidence == "certified"
    measured = final_of(events).metadata.measured
    assert measured is not None
    assert 0 < measured.mid.present + measured.weak.absent < 8


def test_a_run_whose_target_would_be_another_than_was_told_is_not_gone_on_with() -> None:
    events = certified(sampled_model())
    screened = gates_in(events)[0]
    other = next(
        entry.mistake for entry in catalog_of(events) if entry.mistake != screened.measured.mistake
    )
    aimed = screened.measured.model_copy(update={"mistake": other})
    before = events[: events.index(screened)]
    changed = screened.model_copy(update={"measured": aimed})
    model = sampled_model()
    plan = plan_of(FIRST_TIME, rigor="certified", max_attempts=1)

    with pytest.raises(WorkerLost):
        list(pipeline_on(model).run(plan, scope(), Before(Memory([*before, changed]))))

    assert not model.history
