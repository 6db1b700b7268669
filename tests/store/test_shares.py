"""Tokens of links: one a run, unguessable, gone with the run."""

import pytest

from aqumen.errors import RunNotFound, ShareNotFound
from aqumen.store.store import Store
from fakes.rows import create


def test_a_run_has_one_token_until_it_is_taken_back(store: Store) -> None:
    create(store, "run-1")
    first = store.shares.give("run-1")

    assert store.shares.give("run-1") == first
    assert len(first) == 43
    assert store.shares.run_of(first) == "run-1"
    store.shares.take_back("run-1")
    store.shares.take_back("run-1")
    assert store.shares.give("run-1") != first
    with pytest.raises(ShareNotFound):
        store.shares.run_of(first)


def test_a_link_ends_with_its_run(store: Store) -> None:
    create(store, "run-1")
    token = store.shares.give("run-1")
    with store._database.write() as connection:
        connection.exec_driver_sql("DELETE FROM runs")

    with pytest.raises(ShareNotFound):
        store.shares.run_of(token)
    with pytest.raises(RunNotFound):
        store.shares.give("run-1")
