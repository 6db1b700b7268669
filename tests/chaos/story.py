"""One bout of chaos, from the first start to the last check."""

import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from aqumen.store.store import Store
from aqumen.store.tables import runs
from fakes.processes import Api

from .client import Client
from .evidence import Case
from .world import Dose, World, calls_received, world


def play(folder: Path, dose: Dose, database_url: str | None = None) -> str:
    """Have it all happen and check every run; return what happened, in a few words.

    Raises AssertionError, or what pytest fails with.
    """
    url = database_url or f"sqlite:///{folder / 'runs.db'}"
    over = threading.Event()
    with world(folder, url, dose, over) as there:
        before = _workers(url).keys()
        there.run(over)
        waiting = [client.number for client in there.clients if not client.ended]
        assert not waiting, f"the clients {waiting} still wait for their runs' ends"
        cases = cases_of(there.clients, there.servers[0], url, calls_received(there.bedrock_url))
    made = _workers(url).keys() - before
    assert made == {case.row["run_id"] for case in cases}, "there are other runs"
    for case in cases:
        case.check()
    _check_doubts(cases)
    return _summary(there, cases)


def cases_of(
    clients: Sequence[Client], server: Api, url: str, received: Sequence[dict[str, Any]]
) -> list[Case]:
    """Return all that is known of the clients' runs, by what a server and its database say."""
    workers = _workers(url)
    longest = max((int(call["prompt_tokens"]) for call in received), default=0)
    return [
        Case(
            client,
            server.get(f"/api/runs/{client.run_id}/events"),
            server.get(f"/api/runs/{client.run_id}"),
            workers[client.run_id],
            [call for call in received if _run_of(call) == client.run_id],
            longest,
        )
        for client in clients
    ]


def _check_doubts(cases: list[Case]) -> None:
    """Few calls may be counted in doubt: a call is about to be sent for a moment only."""
    doubts = sum(case.excess for case in cases)
    interruptions = sum(case.interruptions for case in cases)
    assert doubts <= 5 + 0.3 * interruptions, f"{doubts} doubts, {interruptions} interruptions"


def _run_of(call: dict[str, Any]) -> object:
    return call["metadata"].get("run")


def _workers(url: str) -> dict[str, int]:
    """How many workers each run of the database has had."""
    store = Store(url)
    try:
        with store._database.read() as connection:
            return {
                row.id: row.epoch for row in connection.execute(select(runs.c.id, runs.c.epoch))
            }
    finally:
        store.close()


def _summary(there: World, cases: list[Case]) -> str:
    statuses = Counter(case.row["status"] for case in cases)
    figures = {
        **there.happened,
        "cut connections": sum(client.cuts for client in there.clients),
        "takeovers": sum(case.workers - 1 for case in cases),
        "calls received": sum(len(case.received) for case in cases),
        "calls counted": sum(case.end["model_calls"] for case in cases),
        "counted in doubt": sum(case.excess for case in cases),
        "sampled and taken over": sum(len(case.sampled) for case in cases if case.workers > 1),
        "runs with estimates": sum(case.end["cost_estimated"] for case in cases),
        **statuses,
    }
    return ", ".join(f"{name}: {count}" for name, count in figures.items())
