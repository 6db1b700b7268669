"""What a ticket is good for, before and after its time."""

import pytest

from aqumen.errors import TicketRefused
from aqumen.order import Order
from aqumen.runs.admission import Starter
from aqumen.runs.runs import Runs
from fakes.eventually import eventually
from fakes.following import OpenRuns, held_at, wait_for_step
from fakes.pipelines import FIRST_TIME

GONE = -1.0
"""Seconds a ticket has left that has run out."""


def started(runs: Runs, ticket: str) -> str:
    starter = Starter("site", ticket)
    return runs.start(
        Order(topic=FIRST_TIME), request_id=None, needs_watcher=False, starter=starter
    )


def test_past_its_time_a_ticket_leads_to_its_run_until_that_is_over(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = open_runs(held_at(2))
    ticket, _text = runs.ticketing.give("site", None, GONE, public=True)
    run_id = started(runs, ticket.id)
    wait_for_step(runs, run_id, 2)

    assert runs.ticketing.run_of(ticket) == run_id
    runs.ticketing.check(ticket, runs.find(run_id))
    runs.cancel(run_id)
    eventually(lambda: runs.find(run_id).over)
    runs.ticketing.check(ticket, runs.find(run_id))  # for a reader that was cut off just before

    monkeypatch.setattr("aqumen.runs.ticketing._LAST_WORDS_SECONDS", 0.0)
    with pytest.raises(TicketRefused, match="and so is its run"):
        runs.ticketing.check(ticket, runs.find(run_id))


def test_past_its_time_a_ticket_that_started_nothing_is_good_for_nothing(
    open_runs: OpenRuns,
) -> None:
    runs = open_runs()
    ticket, text = runs.ticketing.give("site", None, GONE)

    assert runs.ticketing.caller(text, "203.0.113.9").ticket == ticket
    with pytest.raises(TicketRefused, match="has run out before it was used"):
        runs.ticketing.run_of(ticket)


def test_every_worker_takes_a_ticket_of_every_other(open_runs: OpenRuns) -> None:
    one, other = open_runs(), open_runs()
    ticket, text = one.ticketing.give("site", None, 60)

    assert other.ticketing.caller(text, "").ticket == ticket
    assert started(one, ticket.id) == started(other, ticket.id)
    assert other.ticketing.run_of(ticket) is not None
