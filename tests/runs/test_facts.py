"""What a run came to, in short, from its log alone."""

import json

from aqumen.events import Final, parse
from aqumen.runs.facts import facts_of
from aqumen.store.facts import RunFacts, Unnoted
from fakes.certified import certified
from fakes.sampling import confirming
from fakes.story import Story

PROMPTS = {"strategic_question": "0a1b2c3d4e5f", "error_catalog": "ffffffffffff"}
NOON = 20_781 * 86_400.0 + 43_200
MODELS = {"strong": "opus", "mid": "sonnet"}


def facts(story: Story, models: dict[str, str] | None = None) -> RunFacts:
    run = Unnoted("run-1", NOON, models or MODELS, PROMPTS)
    return facts_of(run, [parse(json.dumps(data)) for _, data in story.told])


def test_a_whole_run_is_right_at_once_in_seven_steps() -> None:
    found = facts(Story().whole())

    assert [step.step for step in found.steps] == [1, 2, 3, 4, 5, 6, 7]
    assert all(step.first_right and step.accepted for step in found.steps)
    assert found.differentiated
    assert (found.cause, found.stopped_at) == (None, 7)
    assert found.day == 20_781


def test_an_answer_that_was_asked_for_again_counts_with_its_time_money_and_checks() -> None:
    story = Story()
    story.start()
    story.begin(3)
    story.retry(3)
    story.answer(3, failed="no_markers")
    story.answer(3, answer=2, failed="no_markers")
    story.answer(3, answer=3)
    story.fail()

    (step,) = facts(story).steps

    assert (step.answers, step.first_right, step.accepted, step.retries) == (3, False, True, 1)
    assert (step.seconds, round(step.cost_usd, 6)) == (4.5, 0.03)
    assert step.failed_checks == ("no_markers",)
    assert step.prompt == PROMPTS["strategic_question"]


def test_each_attempt_counts_by_itself() -> None:
    story = Story()
    story.start()
    story.steps(1, 2, 3, 4, 5, 6)
    story.steps(3, 4, 5, 6, attempt=2)
    story.no_question("Both avoided everything.", attempts=2)
    story.done()

    found = facts(story)

    assert [(step.attempt, step.step) for step in found.steps if step.step == 3] == [(1, 3), (2, 3)]
    assert (found.cause, found.stopped_at) == ("not_differentiated", 6)


def test_a_step_that_was_never_accepted_is_the_reason() -> None:
    story = Story()
    story.start()
    story.steps(1, 2, 3, 4, 5)
    story.answer(6, failed="every_entry_found")
    story.no_question("The judge's answers were rejected.", attempts=1, stopped_at=6)
    story.done()

    found = facts(story)

    assert (found.cause, found.stopped_at) == ("step_rejected", 6)


def test_a_failure_is_its_code_and_its_step() -> None:
    story = Story()
    story.start()
    story.fail("model_unavailable", step=3)

    found = facts(story)

    assert (found.cause, found.stopped_at, found.steps) == ("model_unavailable", 3, ())


def test_answers_of_another_run_do_not_count_again() -> None:
    story = Story().whole()
    for _, data in story.told:
        if data["type"] == "step" and data["step_number"] < 6:
            data["reused_from"] = "run-0"

    assert [step.step for step in facts(story).steps] == [6, 7]


def test_the_same_models_have_one_fingerprint_whatever_their_order() -> None:
    story = Story().whole()
    turned = facts(story, dict(reversed(MODELS.items())))

    assert facts(story).models == turned.models
    assert facts(story).models != facts(story, {**MODELS, "mid": "haiku"}).models


def test_samples_cost_what_their_steps_do_and_a_mistake_may_not_be_confirmed() -> None:
    events = [parse(each.data) for each in certified(choose=confirming(mid_fails=12)).events]
    final = next(event for event in events if isinstance(event, Final))

    found = facts_of(Unnoted("run-1", NOON, MODELS, PROMPTS), events)

    assert (found.cause, found.stopped_at) == ("not_confirmed", 6)
    spent = sum(step.cost_usd for step in found.steps)
    assert round(spent, 6) == round(final.metadata.cost_usd, 6)
