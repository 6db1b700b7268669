"""The keeper has the store forget what is no longer kept."""

import time

from aqumen.runs.limits import Limits
from aqumen.runs.pruning import Pruning
from aqumen.store.retention import BATCH, Keep
from aqumen.store.store import Store
from fakes.eventually import eventually
from fakes.following import OpenRuns
from fakes.wholes import story, whole


def fill(store: Store, runs: int) -> None:
    for number in range(runs):
        told = story(f"01M87XW3AM339R5T2RE28{number:05}")
        told.start()
        told.fail("cancelled")
        store.shelf.put(whole(told.told, ended=time.time()))


def opened(url: str) -> Store:
    store = Store(url)
    store.open()
    return store


def test_a_worker_deletes_what_is_not_kept(open_runs: OpenRuns, url: str) -> None:
    store = opened(url)
    fill(store, BATCH + 5)
    open_runs(limits=Limits(keep=Keep(runs=2)))

    eventually(lambda: len(store.shelf.ids()) == 2)
    store.close()


def test_a_worker_keeps_everything_unless_told_otherwise(url: str) -> None:
    store = opened(url)
    fill(store, 3)

    Pruning(store.retention, Keep()).prune()

    assert len(store.shelf.ids()) == 3
    store.close()


def test_one_batch_goes_at_a_time(url: str) -> None:
    store = opened(url)
    fill(store, 2 * BATCH + 2)
    pruning = Pruning(store.retention, Keep(runs=1))

    left = []
    for _ in range(4):
        pruning.prune()
        left.append(len(store.shelf.ids()))

    assert left == [BATCH + 2, 2, 1, 1]
    store.close()
