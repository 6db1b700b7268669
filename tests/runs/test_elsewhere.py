"""Two processes on one PostgreSQL, each a worker of its own here: any serves any run."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aqumen.events import AnyEvent, Done, Failed, Step
from aqumen.models.request import Request
from aqumen.runs.runs import Runs
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, events, held_model, wait_for_step
from fakes.pipelines import offline_model
from fakes.postgres import Postgres


@pytest.fixture
def url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def unheard_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by himself for longer than these tests take: what is noticed was heard of."""
    monkeypatch.setattr("aqumen.runs.elsewhere._HEARING_SECONDS", 60.0)
    monkeypatch.setattr("aqumen.runs.keeper._TICK_SECONDS", 60.0)


class Gate:
    """A model that answers step 2 only when it is told to."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.model = offline_model(self._instead)

    def _instead(self, request: Request) -> None:
        if request.metadata["step"] == "2":
            assert self.open.wait(20)


def both_listen(*workers: Runs) -> None:
    eventually(lambda: all(each._store.listener.listening for each in workers))


@contextmanager
def reading(runs: Runs, run_id: str) -> Iterator[list[AnyEvent]]:
    """Follow a run in a thread; what it has heard is there when the block ends."""
    told: list[AnyEvent] = []
    thread = threading.Thread(target=lambda: told.extend(events(runs, run_id)))
    thread.start()
    eventually(lambda: run_id in runs._elsewhere._bells)
    yield told
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.usefixtures("unheard_is_late")
def test_a_reader_hears_of_what_another_process_stores(open_runs: OpenRuns) -> None:
    gate = Gate()
    driver, other = open_runs(gate.model), open_runs()
    both_listen(driver, other)
    run_id = begin(driver)

    with reading(other, run_id) as told:
        gate.open.set()

    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert isinstance(told[-1], Done)
    assert not other._elsewhere._bells


@pytest.mark.usefixtures("unheard_is_late")
def test_a_run_stops_within_a_second_whichever_process_is_asked(open_runs: OpenRuns) -> None:
    driver, other = open_runs(held_model()), open_runs()
    both_listen(driver, other)
    run_id = begin(driver)
    wait_for_step(driver, run_id, 2)

    with reading(other, run_id) as told:
        began = time.monotonic()
        assert other.cancel(run_id)
        eventually(lambda: other.find(run_id).status == "cancelled", 1.0)
    assert time.monotonic() - began < 1.0
    assert isinstance(told[-1], Failed)
    assert told[-1].code == "cancelled"


def test_a_reader_looks_for_itself_while_nobody_can_be_heard(
    open_runs: OpenRuns, postgres: Postgres, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.runs.elsewhere._HEARING_SECONDS", 60.0)
    monkeypatch.setattr("aqumen.store.listener._PAUSES", (60.0,))
    gate = Gate()
    driver, other = open_runs(gate.model), open_runs()
    both_listen(driver, other)
    run_id = begin(driver)

    with reading(other, run_id) as told:
        postgres.break_connections(url, "aqumen-listener")
        eventually(lambda: not other._store.listener.listening)
        gate.open.set()

    assert isinstance(told[-1], Done)


def test_a_run_that_changes_hands_is_read_as_one(open_runs: OpenRuns) -> None:
    first, other = open_runs(held_model()), open_runs(offline_model())
    run_id = begin(first)
    wait_for_step(first, run_id, 2)

    with reading(other, run_id) as told:
        first.close(2.0)

    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert isinstance(told[-1], Done)
    steps = [(e.step_number, e.attempt, e.answer) for e in told if isinstance(e, Step)]
    assert len(set(steps)) == len(steps)


def test_a_process_that_leaves_lets_its_readers_go(open_runs: OpenRuns) -> None:
    driver, other = open_runs(held_model()), open_runs()
    both_listen(driver, other)
    run_id = begin(driver)
    wait_for_step(driver, run_id, 2)

    with reading(other, run_id) as told:
        other.leave()

    assert told
    assert not isinstance(told[-1], Done | Failed)


def test_a_database_that_goes_away_for_a_moment_costs_no_run(
    open_runs: OpenRuns, postgres: Postgres, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate()
    runs = open_runs(gate.model)
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)
    postgres.go_away(url)
    gate.open.set()
    eventually(lambda: "the store does not answer" in caplog.text)
    postgres.come_back(url)

    told = events(runs, run_id)

    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert isinstance(told[-1], Done)
