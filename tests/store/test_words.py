"""A character that PostgreSQL does not take costs no run, and is the same on every database."""

import pytest

from aqumen.errors import RunNotFound
from aqumen.events import Step, Usage, parse
from aqumen.models.ledger import Ledger
from aqumen.store.records import Filter
from aqumen.store.store import Store
from fakes.rows import create, ended, failed

NUL = "before\0after"


def step(response: str) -> Step:
    return Step(
        run_id="run-1",
        step_number=4,
        attempt=1,
        answer=1,
        description="Test mid-tier model",
        model="mid",
        success=True,
        duration_seconds=1.0,
        prompt="p",
        response_preview=response[:10],
        response_full=response,
        checks=(),
        usage=Usage(),
        cost_usd=0.0,
        calls=(),
    )


def test_the_log_keeps_what_a_model_wrote_to_the_letter(store: Store) -> None:
    lease = create(store)

    store.log.append(lease, [step(NUL)], Ledger())

    told = parse(store.log.read("run-1", 1)[0].data)
    assert isinstance(told, Step)
    assert told.response_full == NUL


def test_what_is_said_of_a_run_is_kept_without_nul(store: Store) -> None:
    lease = create(store, topic="loops")
    final, done = ended()
    told = final.model_copy(update={"reason": NUL})

    store.log.append(lease, [told, done], Ledger())

    assert store.runs.find("run-1").reason == "before\ufffdafter"


def test_an_error_that_quotes_nul_ends_its_run(store: Store) -> None:
    lease = create(store)

    store.log.append(lease, [failed().model_copy(update={"error": NUL})], Ledger())

    assert store.runs.find("run-1").status == "cancelled"


def test_nobody_is_found_under_a_name_with_nul(store: Store) -> None:
    create(store)

    with pytest.raises(RunNotFound):
        store.runs.find("run-1\0")
    assert store.log.read("run-1\0", 0) == []
    for which in (Filter(search="lo\0ps"), Filter(model="m\0del"), Filter(parent="run\0")):
        assert store.runs.page(which, limit=9, cursor=None).runs == ()
