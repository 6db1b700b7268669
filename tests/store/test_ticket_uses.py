"""A ticket starts one run, however many workers are asked, and whatever becomes of that run."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aqumen.errors import Conflict, TicketRefused
from aqumen.models.ledger import Ledger
from aqumen.store.store import Store
from fakes.rows import create, failed, new_run, start_of

TICKET = "a-ticket-of-22-letters"
WITH_IT = {"ticket": TICKET, "request_id": f"=ticket-{TICKET}"}


def test_two_processes_start_one_run_with_one_ticket(store: Store, url: str) -> None:
    other = Store(url)
    ready = threading.Barrier(2)

    def started(by: Store, run_id: str) -> str:
        new = new_run(by, run_id, **WITH_IT)
        ready.wait(10)
        made = by.runs.create(new, start_of(new), by.leases.until())
        return made if isinstance(made, str) else made[0].run_id

    try:
        with ThreadPoolExecutor(2) as threads:
            ids = list(threads.map(started, (store, other), ("run-1", "run-2")))
    finally:
        other.close()

    assert len(set(ids)) == 1
    assert store.ticket_uses.run_of(TICKET) == ids[0]


def test_a_ticket_whose_run_is_gone_starts_no_other(store: Store) -> None:
    lease = create(store, "run-1", **WITH_IT)
    store.log.append(lease, [failed()], Ledger())
    store.runs.delete("run-1")

    with pytest.raises(TicketRefused, match="starts no other"):
        create(store, "run-2", **WITH_IT)

    assert store.ticket_uses.run_of(TICKET) == "run-1"


def test_what_is_said_of_a_ticket_used_for_something_else_speaks_of_the_ticket(
    store: Store,
) -> None:
    """Whoever shows one knows of no request_id."""
    create(store, "run-1", **WITH_IT)
    other = new_run(store, "run-2", "recursion", **WITH_IT)

    with pytest.raises(Conflict, match="This ticket was used for a run with other parameters"):
        store.runs.attached(other)
    with pytest.raises(Conflict, match="This request_id was used"):
        store.runs.attached(replace(other, ticket=None))


def test_a_ticket_nobody_has_used_has_no_run(store: Store) -> None:
    assert store.ticket_uses.run_of(TICKET) is None


def test_all_processes_share_a_secret_that_stays_the_same(store: Store, url: str) -> None:
    other = Store(url)
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda by: by.secrets.get("tickets"), [store, other] * 4))
    other.close()

    assert len(made) == 1
    assert len(made.pop()) == 32
    assert store.secrets.get("another") != store.secrets.get("tickets")
