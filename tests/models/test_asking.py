"""The retry loop tells what it does, stays within its budgets, and charges what it spends."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aqumen import errors
from aqumen.errors import ModelFailed
from aqumen.events import Call, Pause, Place, Retry, Usage
from aqumen.models.asking import Asker, RunScope
from aqumen.models.bedrock.order import order
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.models.ledger import Opening
from aqumen.models.patience import Patience, RetryBudget
from aqumen.models.purse import Purse, Reserved
from aqumen.models.request import Request, reply_of
from aqumen.models.slots import Slots
from fakes.bedrock import NEWEST, OPUS, PROFILE
from fakes.eventually import eventually
from fakes.models import BrokeOff, Held, ScriptedModel, text_reply
from fakes.onlookers import Heard

QUICK = Patience(base_seconds=0.001, cap_seconds=0.002, slot_seconds=0.05)
PLACE = Place(step_number=3, attempt=2, answer=1, call=1)
ASKED = Request(OPUS, "Write a question about queues.", label="Generate strategic question")
ANSWER = text_reply("Four words and more.", usage=Usage(input_tokens=1000, output_tokens=100))
DOLLARS = 1.1 * (1000 * 5 + 100 * 25) / 1_000_000


def asker(model: ScriptedModel, slots: Slots | None = None) -> Asker:
    return Asker(model, KnownModels.shipped(), QUICK, slots or Slots(4))


def scope(*, retries: int = 40) -> RunScope:
    return RunScope("r1", Cancel(), budget=RetryBudget(retries))


def drained(
    asking: Generator[Retry | Pause, None, Call],
) -> tuple[list[Retry | Pause], Call]:
    told = []
    while True:
        try:
            told.append(next(asking))
        except StopIteration as end:
            return told, end.value


def test_tells_what_is_written_where() -> None:
    model, heard = ScriptedModel(lambda _: ANSWER), Heard()

    _, answered = drained(asker(model).ask(ASKED, PLACE, replace(scope(), onlooker=heard)))

    assert heard.texts() == {PLACE: ANSWER.text}
    assert all(heard.pieces[PLACE])
    assert reply_of(answered) == ANSWER


def test_no_word_waits_for_the_next_one() -> None:
    model, heard = ScriptedModel(), Heard()
    run = replace(scope(), onlooker=heard)
    model.queue(Held("Thinking of"))

    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(drained, asker(model).ask(ASKED, PLACE, run))
        eventually(lambda: heard.texts() == {PLACE: "Thinking of"})
        run.cancel.throw(errors.RunCancelled())
        assert isinstance(asking.exception(5.0), errors.RunCancelled)


def late(request: Request) -> errors.ConnectionLost:
    """Try to send it, as the connection does, and fail as that makes a call fail."""
    with pytest.raises(TimeoutError):
        request.departure.leave()
    return errors.ConnectionLost()


def test_a_process_too_slow_to_send_in_time_tries_anew_and_blames_nobody() -> None:
    tries = iter([0.0] * 7 + [float("inf")])
    run = replace(scope(), keep=lambda _: next(tries))
    model = ScriptedModel(lambda asked: ANSWER if asked.departure.by else late(asked))

    told, answered = drained(asker(model).ask(ASKED, PLACE, run))

    assert (told, answered.tries, len(model.history)) == ([], 1, 8)
    assert run.ledger.spent.model_calls == 1


def test_a_process_that_is_always_too_slow_fails_within_its_budget() -> None:
    run = replace(scope(retries=5), keep=lambda _: 0.0)

    with pytest.raises(errors.ConnectionLost):
        drained(asker(ScriptedModel(late)).ask(ASKED, PLACE, run))

    assert run.ledger.spent.model_calls == 0


def test_a_call_is_told_in_full_and_charged_at_its_usage() -> None:
    run = scope()

    _, answered = drained(asker(ScriptedModel(lambda _: ANSWER)).ask(ASKED, PLACE, run))

    call = answered
    assert (call.model, call.label, call.prompt) == (OPUS, ASKED.label, ASKED.prompt)
    assert (call.response, call.stop_reason, call.tries) == (ANSWER.text, "end_turn", 1)
    assert (call.duration_seconds, call.first_token_seconds) == (0.2, 0.1)
    assert (call.usage, call.cost_estimated) == (ANSWER.usage, False)
    assert call.cost_usd == run.ledger.spent.cost_usd == pytest.approx(DOLLARS)
    assert (run.ledger.spent.model_calls, run.ledger.spent.estimated) == (1, False)


def test_the_service_is_told_which_run_and_step_a_call_belongs_to() -> None:
    model = ScriptedModel(lambda _: ANSWER)

    drained(asker(model).ask(Request(OPUS, "Hello", metadata={"step": "9"}), PLACE, scope()))

    expected = {"run": "r1", "step": "9", "attempt": "2", "answer": "1", "call": "1"}
    assert model.history[0].metadata == expected


def test_a_call_is_kept_as_open_before_each_try_and_closed_after_it() -> None:
    model = ScriptedModel()
    kept: list[tuple[Opening, ...]] = []
    model.queue(errors.ModelThrottled(), ANSWER)

    def keep(_cancel: Cancel) -> float:
        assert len(model.history) == len(kept)
        kept.append(run.ledger.spent.open)
        return 5.0

    run = replace(scope(), keep=keep)
    drained(asker(model).ask(ASKED, PLACE, run))

    estimate = Usage(input_tokens=-(-len(ASKED.prompt) // 4))
    assert [[(each.place, each.usage) for each in opened] for opened in kept] == [
        [(PLACE, estimate)],
        [(PLACE, estimate)],
    ]
    assert all(each.cost_usd > 0 for opened in kept for each in opened)
    assert {asked.departure.by for asked in model.history} == {5.0}
    assert (run.ledger.spent.open, run.ledger.spent.model_calls) == ((), 1)


def test_a_call_that_cannot_be_kept_is_not_made() -> None:
    def keep(_cancel: Cancel) -> float:
        raise errors.LeaseLost

    model, run = ScriptedModel(lambda _: ANSWER), replace(scope(), keep=keep)

    with pytest.raises(errors.LeaseLost):
        drained(asker(model).ask(ASKED, PLACE, run))

    assert model.history == []
    assert (run.ledger.spent.open, run.ledger.spent.model_calls) == ((), 0)


def test_each_retry_is_told_before_its_wait_and_counted() -> None:
    model = ScriptedModel()
    model.queue(errors.ModelThrottled(), errors.ConnectionLost(), ANSWER)

    told, answered = drained(asker(model).ask(ASKED, PLACE, scope()))

    retries = [item for item in told if isinstance(item, Retry)]
    assert [(retry.try_, retry.code) for retry in retries] == [
        (1, "model_throttled"),
        (2, "connection_lost"),
    ]
    assert all(retry.run_id == "r1" and retry.step_number == 3 for retry in retries)
    assert all(0 <= retry.wait_seconds <= 0.004 for retry in retries)
    assert answered.tries == 3


def test_limits_are_counted_by_what_went_wrong() -> None:
    model = ScriptedModel()
    broke = errors.ModelBroke
    model.queue(broke(), errors.ModelThrottled(), errors.ModelThrottled(), broke())

    with pytest.raises(errors.ModelBroke):
        drained(asker(model).ask(ASKED, PLACE, scope()))

    assert len(model.history) == 4


@pytest.mark.parametrize(
    "fatal", [errors.AccessDenied, errors.ModelRetired, errors.CredentialsMissing, ModelFailed]
)
def test_a_fatal_failure_is_raised_at_once(fatal: type[ModelFailed]) -> None:
    model = ScriptedModel()
    model.queue(fatal())

    with pytest.raises(fatal):
        drained(asker(model).ask(ASKED, PLACE, scope()))

    assert len(model.history) == 1


def test_the_runs_budget_ends_retries_over_all_its_calls() -> None:
    model = ScriptedModel(lambda _: errors.ModelThrottled())
    run = scope(retries=8)

    for _ in range(2):
        with pytest.raises(errors.ModelThrottled):
            drained(asker(model).ask(ASKED, PLACE, run))

    assert len(model.history) == 2 + 8


def test_a_try_that_broke_off_is_charged_as_an_estimate() -> None:
    model, run = ScriptedModel(), scope()
    model.queue(BrokeOff("x" * 40, errors.ConnectionLost()), ANSWER)

    _, answered = drained(asker(model).ask(ASKED, PLACE, run))

    spent = run.ledger.spent
    assert (spent.model_calls, spent.estimated) == (2, True)
    assert spent.usage.input_tokens == 1000 + -(-len(ASKED.prompt) // 4)
    assert spent.usage.output_tokens == 100 + 10
    assert answered.cost_usd == pytest.approx(DOLLARS)


def test_a_failure_before_the_answer_began_costs_nothing() -> None:
    model, run = ScriptedModel(), scope()
    model.queue(errors.ModelUnavailable(), errors.AccessDenied())

    with pytest.raises(errors.AccessDenied):
        drained(asker(model).ask(ASKED, PLACE, run))

    assert run.ledger.spent.model_calls == 0


def test_silence_is_charged_for_the_prompt() -> None:
    model, run = ScriptedModel(), scope()
    model.queue(errors.StreamStalled(), errors.AccessDenied())

    with pytest.raises(errors.AccessDenied):
        drained(asker(model).ask(ASKED, PLACE, run))

    assert run.ledger.spent.usage.input_tokens == -(-len(ASKED.prompt) // 4)
    assert run.ledger.spent.estimated


def test_a_call_that_is_stopped_while_it_is_written_is_charged_and_gives_its_place_back() -> None:
    slots, model, heard = Slots(1), ScriptedModel(), Heard()
    run = replace(scope(), onlooker=heard)
    model.queue(Held("so far"))

    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(drained, asker(model, slots).ask(ASKED, PLACE, run))
        eventually(lambda: bool(heard.pieces))
        run.cancel.throw(errors.RunCancelled())
        assert isinstance(asking.exception(5.0), errors.RunCancelled)

    assert (run.ledger.spent.model_calls, run.ledger.spent.estimated) == (1, True)
    with slots.taken(Cancel(), 0.01):
        pass


def test_no_place_is_held_while_waiting_for_a_retry() -> None:
    slots, model = Slots(1), ScriptedModel()
    model.queue(errors.ModelThrottled(), ANSWER)
    asking = asker(model, slots).ask(ASKED, PLACE, scope())

    assert isinstance(next(asking), Retry)
    with slots.taken(Cancel(), 0.01):
        pass
    drained(asking)


def test_a_call_that_gets_no_place_in_time_says_the_server_is_full() -> None:
    slots, run = Slots(1), scope()

    with slots.taken(Cancel(), 1), pytest.raises(errors.ServerFull):
        drained(asker(ScriptedModel(), slots).ask(ASKED, PLACE, run))

    assert run.ledger.spent.model_calls == 0
    with slots.taken(Cancel(), 0.01):
        pass


def test_a_model_without_a_price_makes_the_cost_an_estimate_and_keeps_its_account_to_itself() -> (
    None
):
    run, model = RunScope("r1", Cancel()), ScriptedModel()
    model.queue("An answer.")

    answered = drained(asker(model).ask(replace(ASKED, model=PROFILE), PLACE, run))[1]

    assert answered.cost_estimated
    assert run.ledger.spent.estimated
    assert "123456789012" not in answered.model_dump_json()
    assert model.history[0].model == PROFILE


def test_a_wait_for_a_place_is_told_before_it() -> None:
    slots = Slots(1)
    asking = asker(ScriptedModel(lambda _: ANSWER), slots=slots).ask(ASKED, PLACE, scope())

    with slots.taken(Cancel(), 1):
        assert next(asking) == Pause()

    _, answered = drained(asking)
    assert answered.response == ANSWER.text


def test_what_is_set_aside_for_a_call_is_enough_for_all_it_may_write_and_think() -> None:
    set_aside: list[float] = []

    class Noting(Purse):
        def reserve(self, usd: float, cancel: Cancel) -> Reserved:
            set_aside.append(usd)
            return super().reserve(usd, cancel)

    known, model = KnownModels.shipped(), ScriptedModel(lambda _: ANSWER)
    thinker = replace(ASKED, model=NEWEST)
    drained(asker(model).ask(thinker, PLACE, replace(scope(), purse=Noting())))

    written = order(thinker, known.facts(NEWEST))["inferenceConfig"]["maxTokens"]
    assert written > ASKED.max_tokens
    assert set_aside[0] > known.cost_usd(NEWEST, Usage(output_tokens=written))
