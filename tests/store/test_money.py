"""What a run has spent is kept with it, the calls included that are on their way."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from aqumen.errors import LeaseLost, RunNotFound
from aqumen.events import Place, Queued, Start, Usage
from aqumen.models.ledger import Ledger, Opening
from aqumen.order import Order
from aqumen.store.records import Lease, NewRun, Pinned
from aqumen.store.store import Store
from aqumen.templates import Prompts


@pytest.fixture
def lease(store: Store) -> Lease:
    """The lease on a run of this store."""
    new = NewRun(
        id="run-1",
        pinned=Pinned("full", Order(topic="loops"), {}, Prompts({}), simulated=True),
        worker=store.leases.worker,
        needs_watcher=False,
    )
    start = Start(run_id="run-1", topic="loops", max_attempts=3, rigor="single-sample")
    created = store.runs.create(new, start, store.leases.until())
    assert not isinstance(created, str)
    return created[0]


def opening(call: int) -> Opening:
    return Opening(Place(6, 1, 1, call), Usage(input_tokens=10 * call), 0.5 * call)


def test_calls_on_their_way_are_kept_and_counted_once_if_given_up(
    store: Store, lease: Lease
) -> None:
    ledger = Ledger()
    ledger.open(opening(1))
    ledger.open(opening(2))

    assert store.log.append(lease, [], ledger) == []

    kept = store.log.spent("run-1")
    assert (kept.model_calls, kept.open) == (0, (opening(1), opening(2)))
    given_up = kept.given_up()
    assert (given_up.model_calls, given_up.cost_usd, given_up.open) == (2, 1.5, ())
    assert (given_up.usage.input_tokens, given_up.estimated) == (30, True)


def test_a_call_is_settled_in_the_transaction_that_tells_of_it(store: Store, lease: Lease) -> None:
    ledger, asked = Ledger(), opening(1)
    ledger.open(asked)
    store.log.append(lease, [], ledger)
    ledger.charge(asked, Usage(input_tokens=9), 0.25)

    store.log.append(lease, [Queued(run_id="run-1", position=1)], ledger)

    kept = store.log.spent("run-1")
    assert (kept.model_calls, kept.cost_usd, kept.estimated, kept.open) == (1, 0.25, False, ())


def test_no_call_is_lost_of_those_that_are_opened_side_by_side(store: Store, lease: Lease) -> None:
    ledger = Ledger()

    def open_(call: int) -> None:
        ledger.open(opening(call))
        store.log.append(lease, [], ledger)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(open_, range(1, 65)))

    assert {each.place.call for each in store.log.spent("run-1").open} == set(range(1, 65))


def test_no_call_is_opened_without_the_lease(store: Store, lease: Lease) -> None:
    ledger = Ledger()
    store.leases.release()
    assert store.leases.take_over("run-1")
    ledger.open(opening(1))

    with pytest.raises(LeaseLost):
        store.log.append(lease, [], ledger)

    assert store.log.spent("run-1").open == ()


def test_the_sums_of_a_release_that_kept_no_calls_may_lack_some(store: Store, lease: Lease) -> None:
    store.runs.started(lease)
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE runs SET open_calls = NULL")

    assert store.log.spent("run-1").given_up().estimated
    with pytest.raises(RunNotFound):
        store.log.spent("nobody")
