"""What every database has to do."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event

from aqumen.errors import Conflict, LeaseLost, RunNotFound
from aqumen.events import Event, Usage
from aqumen.models.ledger import Ledger, Spent
from aqumen.store.records import Branch, Filter, Page
from aqumen.store.store import Store
from fakes.rows import create, ended, failed, new_run, queued, start_of


def test_a_run_begins_with_its_start_event(store: Store) -> None:
    create(store)

    (first,) = store.log.read("run-1", 0)
    assert (first.seq, first.name) == (1, "start")
    assert '"seq":1' in first.data
    assert store.runs.find("run-1").status == "queued"


def test_events_are_numbered_without_gaps(store: Store) -> None:
    lease = create(store)

    for position in range(3):
        store.log.append(lease, [queued(position=position), queued(position=position)], Ledger())

    assert [event.seq for event in store.log.read("run-1", 0)] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.seq for event in store.log.read("run-1", 5)] == [6, 7]
    assert store.runs.find("run-1").last_seq == 7


def test_many_threads_append_without_gaps(store: Store) -> None:
    lease = create(store)

    with ThreadPoolExecutor(16) as threads:
        list(
            threads.map(
                lambda n: store.log.append(lease, [queued(position=n)], Ledger()), range(200)
            )
        )

    assert [event.seq for event in store.log.read("run-1", 0, limit=500)] == list(range(1, 202))


def test_what_ends_a_run_is_stored_by_statements_that_were_put_together_before(
    store: Store,
) -> None:
    """To put one together takes longer than to run it."""
    run: list[object] = []
    event.listen(
        store._database.writer, "before_execute", lambda _by, statement, *_: run.append(statement)
    )

    def stored(told: Sequence[Event]) -> list[int]:
        run_id = told[0].run_id
        lease = create(store, run_id)
        run.clear()
        store.log.append(lease, told, Ledger())
        assert store.runs.find(run_id).status == "no_question"
        return [id(each) for each in run]

    once = stored(ended())
    again = stored([each.model_copy(update={"run_id": "run-2"}) for each in ended()])

    assert once == again
    assert len(set(once)) >= 3


def test_nothing_follows_a_terminal_event(store: Store) -> None:
    lease = create(store)
    store.log.append(lease, [failed()], Ledger())

    with pytest.raises(LeaseLost):
        store.log.append(lease, [queued()], Ledger())

    assert [event.name for event in store.log.read("run-1", 0)] == ["start", "error"]


def test_the_terminal_event_and_the_status_are_stored_together(store: Store) -> None:
    lease = create(store)

    store.log.append(lease, ended(), Ledger())

    run = store.runs.find("run-1")
    assert (run.status, run.over, run.total_attempts) == ("no_question", True, 2)
    assert run.reason == "Both avoided everything."
    assert run.ended_at is not None
    assert run.last_seq == 3


@pytest.mark.parametrize(
    ("code", "status"), [("cancelled", "cancelled"), ("worker_lost", "failed")]
)
def test_how_a_run_failed_decides_its_status(store: Store, code: str, status: str) -> None:
    lease = create(store)

    store.log.append(lease, [failed(code)], Ledger())

    assert (store.runs.find("run-1").status, store.runs.find("run-1").error_code) == (status, code)


def test_what_was_spent_is_kept_with_the_run(store: Store) -> None:
    lease = create(store)
    spent = Spent(Usage(input_tokens=7, output_tokens=5), 0.25, estimated=True, model_calls=3)

    store.log.append(lease, [queued()], Ledger(spent))

    run = store.runs.find("run-1")
    assert (run.usage, run.cost_usd, run.cost_estimated, run.model_calls) == (
        spent.usage,
        0.25,
        True,
        3,
    )


def test_who_lost_the_lease_cannot_write(store: Store) -> None:
    old = create(store)
    store.leases.release()
    taken = store.leases.take_over("run-1")

    assert taken is not None
    with pytest.raises(LeaseLost):
        store.log.append(old, [queued()], Ledger())
    store.log.append(taken, [queued()], Ledger())


def test_a_lease_is_taken_over_once(store: Store) -> None:
    create(store)
    store.leases.release()

    assert store.leases.take_over("run-1") is not None
    assert store.leases.take_over("run-1") is None


def test_a_renewed_lease_is_not_stale(store: Store) -> None:
    new, ran_out = new_run(store), time.time() - 1.0
    store.runs.create(new, start_of(new), ran_out)
    assert store.leases.stale() == {"run-1": ran_out}

    assert store.leases.renew(["run-1"]) == {"run-1"}

    assert store.leases.stale() == {}


def test_the_lease_of_a_run_its_worker_no_longer_drives_goes_stale(store: Store) -> None:
    create(store)
    store.leases.release()

    store.leases.renew(["another-run"])

    assert store.leases.stale() == {"run-1": 0.0}


def test_a_renewal_that_comes_late_takes_nothing_back_that_was_let_go(store: Store) -> None:
    create(store, "run-1")
    held = create(store, "run-2")
    store.claims.let_go(held)

    assert store.leases.renew(["run-1", "run-2"]) == {"run-1"}

    store.leases.release()

    assert store.leases.renew(["run-1"]) == set()
    assert store.leases.stale() == {"run-1": 0.0, "run-2": 0.0}


def test_a_run_that_is_over_is_never_stale(store: Store) -> None:
    lease = create(store)
    store.log.append(lease, [failed()], Ledger())

    store.leases.release()

    assert store.leases.stale() == {}


def test_a_request_to_cancel_is_seen_by_the_worker(store: Store) -> None:
    create(store)
    assert store.leases.unwanted(grace_seconds=60) == []

    store.leases.request_cancel("run-1")

    assert store.leases.unwanted(grace_seconds=60) == [("run-1", True)]


def test_a_run_nobody_has_looked_at_is_unwanted_until_somebody_does(store: Store) -> None:
    create(store)
    assert store.leases.unwanted(grace_seconds=-1) == [("run-1", False)]

    store.leases.watched(["run-1"])

    assert store.leases.unwanted(grace_seconds=1) == []


def test_a_run_that_needs_no_watcher_is_never_left_alone(store: Store) -> None:
    create(store, needs_watcher=False)

    assert store.leases.unwanted(grace_seconds=-1) == []


def test_a_request_id_stands_for_one_run(store: Store) -> None:
    create(store, request_id="request-1")
    again = new_run(store, "run-2", request_id="request-1")

    assert store.runs.create(again, start_of(again), store.leases.until()) == "run-1"
    assert store.runs.attached(again) == "run-1"
    with pytest.raises(RunNotFound):
        store.runs.find("run-2")


def test_a_request_id_with_other_parameters_is_a_conflict(store: Store) -> None:
    create(store, request_id="request-1")
    other = new_run(store, "run-2", topic="recursion", request_id="request-1")

    with pytest.raises(Conflict):
        store.runs.create(other, start_of(other), store.leases.until())


def test_a_request_id_used_at_the_same_moment_makes_one_run(store: Store) -> None:
    meeting = threading.Barrier(8, timeout=30)

    def start(number: int) -> str:
        new = new_run(store, f"run-{number}", request_id="request-1")
        meeting.wait()
        created = store.runs.create(new, start_of(new), store.leases.until())
        return created if isinstance(created, str) else created[0].run_id

    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(start, range(8)))

    assert len(ids) == 1


def test_a_request_id_is_free_again_after_a_day(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(store, request_id="request-1")
    monkeypatch.setattr("aqumen.store.request_ids.SECONDS", -1.0)

    lease = create(store, "run-2", request_id="request-1")

    assert lease.run_id == "run-2"


def listed(store: Store, limit: int = 9, cursor: str | None = None, **asked: Any) -> Page:
    return store.runs.page(Filter(**asked), limit=limit, cursor=cursor)


def test_runs_are_listed_newest_first_in_pages(store: Store) -> None:
    for number in range(5):
        create(store, f"run-{number}")

    first = listed(store, limit=2)
    second = listed(store, limit=2, cursor=first.next_cursor)
    third = listed(store, limit=2, cursor=second.next_cursor)

    ids = [run.run_id for page in (first, second, third) for run in page.runs]
    assert ids == ["run-4", "run-3", "run-2", "run-1", "run-0"]
    assert third.next_cursor is None


def test_runs_are_found_by_kind_by_status_and_by_words(store: Store) -> None:
    create(store, "run-1", topic="100% loops")
    create(store, "run-2", topic="recursion")
    create(store, "run-3", topic="sorting", kind="categories")

    def found(**asked: Any) -> list[str]:
        return [run.run_id for run in listed(store, **asked).runs]

    assert found(search="LOOP") == ["run-1"]
    assert found(search="100%") == ["run-1"]
    assert found(search="%") == ["run-1"]
    assert found(statuses=("queued",)) == ["run-3", "run-2", "run-1"]
    assert found(kinds=("full",)) == ["run-2", "run-1"]
    assert found(kinds=("categories",)) == ["run-3"]
    assert found(kinds=("categories", "full")) == ["run-3", "run-2", "run-1"]
    assert found(statuses=("failed",)) == []


def test_a_run_goes_with_its_log_when_it_is_over(store: Store) -> None:
    lease = create(store, request_id="request-1")
    with pytest.raises(Conflict):
        store.runs.delete("run-1")
    store.log.append(lease, [failed()], Ledger())

    store.runs.delete("run-1")

    assert store.log.read("run-1", 0) == []
    with pytest.raises(RunNotFound):
        store.runs.find("run-1")


def test_a_run_begins_with_all_that_it_reuses(store: Store) -> None:
    create(store)
    new = new_run(store, "run-2", kind="fork", branch=Branch("run-1", 3, 1))
    reused = [queued("run-2"), queued("run-2", position=2)]

    created = store.runs.create(new, start_of(new), store.leases.until(), reused)

    assert not isinstance(created, str)
    lease, told = created
    assert told == store.log.read("run-2", 0)
    assert [event.name for event in told] == ["start", "queued", "queued"]
    assert [event.seq for event in store.log.append(lease, [queued("run-2")], Ledger())] == [4]
    found = store.runs.find("run-2")
    assert (found.parent, found.from_step, found.rejudge_number) == ("run-1", 3, None)
    assert store.runs.pinned("run-2").branch == new.pinned.branch


def test_rejudgements_of_a_run_are_counted_one_by_one(store: Store, url: str) -> None:
    create(store)
    other = Store(url)
    meeting = threading.Barrier(8, timeout=30)

    def start(number: int) -> None:
        by = (store, other)[number % 2]
        new = new_run(by, f"again-{number}", kind="rejudge", branch=Branch("run-1", 6, 1))
        meeting.wait()
        by.runs.create(new, start_of(new), by.leases.until())

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(start, range(8)))
    other.close()

    numbers = [run.rejudge_number for run in listed(store, parent="run-1").runs]
    assert sorted(number or 0 for number in numbers) == list(range(1, 9))


def test_a_run_does_not_branch_off_one_that_is_gone(store: Store) -> None:
    new = new_run(store, "run-2", kind="fork", branch=Branch("nobody", 3, 1))

    with pytest.raises(RunNotFound):
        store.runs.create(new, start_of(new), store.leases.until())

    assert store.log.read("run-2", 0) == []


def test_an_unknown_run_is_not_found(store: Store) -> None:
    with pytest.raises(RunNotFound):
        store.runs.find("nobody")


def test_a_database_survives_being_closed(store: Store, url: str) -> None:
    create(store)
    store.close()

    again = Store(url)
    again.open()

    assert [event.name for event in again.log.read("run-1", 0)] == ["start"]
    again.close()
