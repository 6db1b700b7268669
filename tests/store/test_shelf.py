"""Runs that are over, taken out whole and put in whole."""

from datetime import UTC, datetime

import pytest

from aqumen.archive.form import as_json
from aqumen.errors import Conflict, RunNotFound
from aqumen.store.store import Store
from fakes.rows import create
from fakes.wholes import RUN_ID, golden


def test_a_run_that_was_put_in_is_taken_out_the_same(store: Store) -> None:
    assert store.shelf.put(golden())

    assert as_json(store.shelf.take(RUN_ID)) == as_json(golden())
    assert store.log.read(RUN_ID, 0) == list(golden().events)


def test_a_run_that_was_put_in_is_found_with_its_prompts(store: Store) -> None:
    store.shelf.put(golden())

    found = store.runs.find(RUN_ID)
    assert (found.topic, found.status, found.over) == ("GRPO in RL", "succeeded", True)
    assert store.runs.pinned(RUN_ID).prompts.texts == golden().prompts.texts


def test_no_worker_ever_drives_a_run_that_was_put_in(store: Store) -> None:
    store.shelf.put(golden())

    assert store.leases.stale() == {}
    assert store.leases.take_over(RUN_ID) is None
    assert store.leases.renew([RUN_ID]) == set()
    assert store.leases.unwanted(0.0) == []
    assert not store.leases.request_cancel(RUN_ID)
    assert not store.log.is_open(RUN_ID)


def test_a_run_is_put_in_once(store: Store) -> None:
    assert store.shelf.put(golden())
    assert not store.shelf.put(golden())

    assert len(store.log.read(RUN_ID, 0)) == 48


def test_a_run_that_goes_on_cannot_be_taken_out(store: Store) -> None:
    create(store)

    with pytest.raises(Conflict, match="still going on"):
        store.shelf.take("run-1")
    assert store.shelf.ids() == []
    assert store.shelf.going_on() == 1


def test_a_run_that_is_not_there_cannot_be_taken_out(store: Store) -> None:
    with pytest.raises(RunNotFound):
        store.shelf.take(RUN_ID)


def test_runs_are_found_by_when_they_ended(store: Store) -> None:
    store.shelf.put(golden())
    ended = golden().run.ended_at

    assert store.shelf.ids(ended) == [RUN_ID]
    assert store.shelf.ids(datetime.max.replace(tzinfo=UTC)) == []
