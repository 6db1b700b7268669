"""What is stored of a run is handed on as it is: nobody waits while a long one is read."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from aqumen.runs.back_office import BackOffice
from aqumen.runs.runs import Runs
from aqumen.store.records import Stored, Summary
from aqumen.store.store import Store
from aqumen.web.answers import LoggedEvent, RunDetail
from aqumen.web.runs import detail, events
from aqumen.web.seats import Seat, Seats
from aqumen.web.shapes import EventsQuery
from fakes.rows import create
from fakes.sqlite import with_tables

STEP = '{"type":"step",  "seconds":1.50e0}'
FINAL = '{"type":"final",  "cost":0.10e0}'
"""As nobody writes them who has read them."""


class Kept:
    """Runs whose events are known."""

    def __init__(self) -> None:
        self.office = BackOffice(threads=1)
        self.final: list[str] = [FINAL]
        self.asked_in: set[int] = set()

    def told(self, _run_id: str, kind: str) -> list[str]:
        self.asked_in.add(threading.get_ident())
        return {"step": [STEP, STEP], "final": self.final}[kind]

    def log(self, _run_id: str, after: int) -> list[Stored]:
        return [Stored(after + 1, "step", "step", STEP), Stored(after + 2, "final", "final", FINAL)]


@pytest.fixture
def kept() -> Iterator[Kept]:
    kept = Kept()
    yield kept
    kept.office.close()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Summary]:
    store = Store(with_tables(tmp_path / "runs.db"))
    store.open()
    create(store, topic='A "quoted" topic }')
    yield store.runs.find("run-1")
    store.close()


def test_a_run_in_full_holds_its_events_as_they_are_stored(kept: Kept, run: Summary) -> None:
    answer = asyncio.run(detail(run, cast("Runs", kept)))

    body = bytes(answer.body)
    assert answer.media_type == "application/json"
    assert json.loads(body).keys() == RunDetail.model_fields.keys()
    assert body.endswith(f',"steps":[{STEP},{STEP}],"final":{FINAL}}}'.encode())
    shown = RunDetail.model_validate_json(body)
    assert (shown.run_id, shown.topic, len(shown.steps)) == ("run-1", 'A "quoted" topic }', 2)
    assert shown.final == {"type": "final", "cost": 0.1}
    assert threading.get_ident() not in kept.asked_in


def test_a_run_that_goes_on_has_no_final_event_yet(kept: Kept, run: Summary) -> None:
    kept.final = []

    answer = asyncio.run(detail(run, cast("Runs", kept)))

    assert json.loads(bytes(answer.body))["final"] is None


def test_so_does_a_log_as_it_stands(kept: Kept, run: Summary) -> None:
    seat = Seat(Seats(), "here", None)
    asked = EventsQuery(after=run.last_seq - 1)

    answer = asyncio.run(events(run, cast("Runs", kept), seat, asked, "application/json"))

    body = bytes(answer.body)
    assert STEP.encode() in body
    assert FINAL.encode() in body
    assert [LoggedEvent(**each).seq for each in json.loads(body)] == [1, 2]
