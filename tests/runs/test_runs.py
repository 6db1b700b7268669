"""A run's life."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from aqumen.errors import AccessDenied, Conflict, RunNotFound, ServerFull, ShuttingDown
from aqumen.events import Delta, Done, Failed, Final, Progress, Queued, Start, Step, StepStarted
from aqumen.models.request import Request
from aqumen.order import Order
from aqumen.runs.limits import Limits
from aqumen.store.records import Filter, Stored
from fakes.eventually import eventually
from fakes.following import (
    OpenRuns,
    begin,
    events,
    heard,
    held_model,
    wait_for_step,
)
from fakes.pipelines import FIRST_TIME, NEVER, SECOND_TIME, offline_model
from fakes.postgres import on_both


def test_a_run_goes_from_start_to_done(open_runs: OpenRuns) -> None:
    runs = open_runs()

    run_id = begin(runs)

    told = events(runs, run_id)
    assert isinstance(told[0], Start)
    assert isinstance(told[-2], Final)
    assert isinstance(told[-1], Done)
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert runs.find(run_id).status == "succeeded"


def test_progress_never_falls_and_ends_at_one_hundred(open_runs: OpenRuns) -> None:
    runs = open_runs()

    told = events(runs, begin(runs, SECOND_TIME))

    progress = [event for event in told if isinstance(event, Progress)]
    percents = [event.percent for event in progress]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert all(percent < 100 for percent in percents[:-1])
    assert progress[-1].model_calls == 13


def test_event_times_never_go_back(open_runs: OpenRuns) -> None:
    runs = open_runs()

    told = events(runs, begin(runs))

    assert [event.timestamp for event in told] == sorted(event.timestamp for event in told)


@on_both
def test_what_is_told_live_is_what_the_log_holds(open_runs: OpenRuns) -> None:
    runs = open_runs()
    run_id = begin(runs)

    live = heard(runs, run_id)

    assert live == heard(runs, run_id)
    assert live == runs.log(run_id, 0)


def test_a_reader_goes_on_from_its_cursor(open_runs: OpenRuns) -> None:
    runs = open_runs()
    run_id = begin(runs)
    everything = events(runs, run_id)

    assert events(runs, run_id, after=5) == everything[5:]


def test_a_late_reader_hears_the_text_from_its_beginning(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model())
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)
    timer = threading.Timer(0.5, runs.cancel, [run_id])
    timer.start()

    items = heard(runs, run_id, deltas=True)

    first = next(item for item in items if isinstance(item, Delta))
    assert (first.step_number, first.offset, first.text) == (2, 0, "So far")


def test_readers_without_deltas_hear_none(open_runs: OpenRuns) -> None:
    runs = open_runs()

    assert all(isinstance(item, Stored) for item in heard(runs, begin(runs)))


def test_another_process_relays_no_deltas_and_says_so(open_runs: OpenRuns) -> None:
    runs, other = open_runs(), open_runs()

    run_id = begin(runs)

    items = heard(other, run_id, deltas=True)

    assert items[0] == "no deltas here"
    assert items[1:] == runs.log(run_id, 0)


def test_a_fatal_failure_is_the_runs_end(open_runs: OpenRuns) -> None:
    runs = open_runs(
        offline_model(lambda request: AccessDenied() if request.metadata["step"] == "3" else None)
    )

    *_, last = events(runs, begin(runs))

    assert isinstance(last, Failed)
    assert (last.code, last.step_number, last.retryable) == ("model_access_denied", 3, False)
    assert last.model_calls == 2
    assert last.cost_usd > 0


def test_a_defect_ends_the_run_and_shows_nothing_of_itself(open_runs: OpenRuns) -> None:
    def breaks(_request: Request) -> None:
        raise ZeroDivisionError("secret detail")

    runs = open_runs(offline_model(breaks))

    *_, last = events(runs, begin(runs))

    assert isinstance(last, Failed)
    assert last.code == "internal_error"
    assert "secret" not in last.error


def test_cancelling_stops_a_model_call_and_says_what_was_spent(open_runs: OpenRuns) -> None:
    model = held_model()
    runs = open_runs(model)
    run_id = begin(runs)
    eventually(lambda: len(model.asked(2)) == 1)
    began = time.monotonic()

    assert runs.cancel(run_id)

    *_, last = events(runs, run_id)
    assert time.monotonic() - began < 1.0
    assert isinstance(last, Failed)
    assert (last.code, last.cost_estimated, last.step_number) == ("cancelled", True, 2)
    assert runs.find(run_id).status == "cancelled"
    assert len(model.history) == 2


def test_cancelling_twice_changes_nothing(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model())
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)

    assert runs.cancel(run_id)
    eventually(lambda: runs.find(run_id).over)

    assert not runs.cancel(run_id)
    with pytest.raises(RunNotFound):
        runs.cancel("nobody")


@on_both
def test_any_process_can_cancel(open_runs: OpenRuns) -> None:
    runs, other = open_runs(held_model()), open_runs()
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)

    assert other.cancel(run_id)

    eventually(lambda: runs.find(run_id).status == "cancelled")


def test_runs_past_the_pool_wait_and_are_told_their_place(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(concurrent_runs=1, queued_runs=2))
    first = begin(runs)
    wait_for_step(runs, first, 2)

    second, third = begin(runs), begin(runs)

    assert runs.told(second, "queued")
    assert '"position":2' in runs.told(third, "queued")[0]
    with pytest.raises(ServerFull):
        begin(runs)
    runs.cancel(first)
    wait_for_step(runs, second, 2)
    eventually(lambda: '"position":1' in runs.told(third, "queued")[-1])


def test_a_long_queue_of_one_key_holds_anothers_single_run_up_for_one_turn(
    open_runs: OpenRuns,
) -> None:
    runs = open_runs(held_model(), Limits(concurrent_runs=1))
    first, *alices = [begin(runs, owner="alice") for _ in range(12)]
    wait_for_step(runs, first, 2)

    bobs = begin(runs, owner="bob")

    assert '"position":2' in runs.told(bobs, "queued")[0]
    for over, next_ in ((first, alices[0]), (alices[0], bobs)):
        runs.cancel(over)
        wait_for_step(runs, next_, 2)
    eventually(lambda: '"position":1' in runs.told(alices[1], "queued")[-1])


@on_both
def test_a_refused_run_leaves_no_trace(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(concurrent_runs=1, queued_runs=0))
    begin(runs)

    with pytest.raises(ServerFull):
        begin(runs)

    assert len(runs.page(Filter(("full",)), limit=9, cursor=None).runs) == 1


def test_a_queued_run_can_be_cancelled_without_waiting_for_room(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(concurrent_runs=1, queued_runs=1))
    wait_for_step(runs, begin(runs), 2)
    waiting = begin(runs)

    runs.cancel(waiting)

    told = events(runs, waiting)
    assert [type(event) for event in told] == [Start, Queued, Failed]
    begin(runs)


@on_both
def test_attaching_is_never_refused_for_lack_of_room(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(concurrent_runs=1, queued_runs=0))
    first = begin(runs, request_id="request-1")

    again = runs.start(Order(topic=FIRST_TIME), request_id="request-1", needs_watcher=False)

    assert again == first


def test_a_request_id_with_another_topic_is_a_conflict(open_runs: OpenRuns) -> None:
    runs = open_runs()
    begin(runs, request_id="request-1")

    with pytest.raises(Conflict):
        begin(runs, NEVER, request_id="request-1")


def test_a_late_run_ends_in_deadline_exceeded(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(deadline_seconds=0.3))

    *_, last = events(runs, begin(runs))

    assert isinstance(last, Failed)
    assert (last.code, last.retryable) == ("deadline_exceeded", True)


def test_a_run_nobody_watches_is_cancelled_after_the_grace_time(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(grace_seconds=0.5))

    run_id = begin(runs, needs_watcher=True)

    eventually(lambda: runs.find(run_id).status == "cancelled")
    assert "watching" in str(runs.find(run_id).reason)


def test_a_watched_run_is_not_cancelled(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(grace_seconds=0.5))
    run_id = begin(runs, needs_watcher=True)

    async def watch() -> None:
        async with asyncio.timeout(2.0):
            async for _ in runs.follow(run_id, 0):
                pass

    with pytest.raises(TimeoutError):
        asyncio.run(watch())

    assert runs.find(run_id).status == "running"
    eventually(lambda: runs.find(run_id).status == "cancelled")


def test_a_run_that_needs_no_watcher_goes_on_alone(open_runs: OpenRuns) -> None:
    runs = open_runs(limits=Limits(grace_seconds=0.01))

    run_id = begin(runs)

    eventually(lambda: runs.find(run_id).status == "succeeded")


def test_a_process_that_leaves_writes_no_end(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model())
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)

    async def follow() -> list[object]:
        told: list[object] = []
        async for items in runs.follow(run_id, 0):
            told += items
            if any(isinstance(item, Stored) and item.seq >= 4 for item in items):
                runs.leave()
        return told

    told = asyncio.run(asyncio.wait_for(follow(), 5))
    runs.close(2.0)

    assert told[-1] == "restarting"
    assert [item.name for item in told if isinstance(item, Stored)][-1] not in ("done", "error")
    with pytest.raises(ShuttingDown):
        begin(runs)


def test_any_number_of_readers_hear_the_same(open_runs: OpenRuns) -> None:
    runs = open_runs()
    run_id = begin(runs)

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: heard(runs, run_id), range(8)))

    assert all(each == told[0] for each in told)


@on_both
def test_many_runs_at_once_keep_apart(open_runs: OpenRuns) -> None:
    runs = open_runs()
    topics = [f"{FIRST_TIME} {number}" for number in range(40)]

    ids = [begin(runs, topic) for topic in topics]

    for run_id, topic in zip(ids, topics, strict=True):
        told = events(runs, run_id)
        assert {event.run_id for event in told} == {run_id}
        assert isinstance(told[0], Start)
        assert told[0].topic == topic
        assert all(topic in event.prompt for event in told if isinstance(event, Step))


@on_both
def test_step_1_of_an_earlier_run_is_told_again_for_a_chosen_subtopic(open_runs: OpenRuns) -> None:
    model = offline_model()
    runs = open_runs(model)
    begun = runs.start(
        Order(topic=FIRST_TIME), kind="categories", request_id=None, needs_watcher=False
    )
    events(runs, begun)

    told = events(runs, begin(runs, subtopic="Write skew in snapshot isolation"))

    assert len(model.asked(1)) == 1
    first = next(event for event in told if isinstance(event, Step))
    assert (first.calls, first.cost_usd) == ((), 0.0)
    assert isinstance(told[-1], Done)


def test_runs_of_step_1_alone_are_not_listed_among_questions(open_runs: OpenRuns) -> None:
    runs = open_runs()
    begun = runs.start(
        Order(topic=FIRST_TIME), kind="categories", request_id=None, needs_watcher=False
    )
    events(runs, begun)

    assert runs.page(Filter(("full",)), limit=9, cursor=None).runs == ()
    assert runs.find(begun).status == "succeeded"


def test_a_step_is_started_before_it_is_answered(open_runs: OpenRuns) -> None:
    runs = open_runs()

    told = events(runs, begin(runs))

    started: set[tuple[int, int]] = set()
    for event in told:
        if isinstance(event, StepStarted):
            started.add((event.step_number, event.attempt))
        if isinstance(event, Step):
            assert (event.step_number, event.attempt) in started
