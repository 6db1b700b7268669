"""Budgets: what a run and a day may cost, set aside before each call."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from aqumen.errors import BudgetSpent, InvalidOrder, RunCancelled, StoreFailed
from aqumen.events import Done, Failed
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger
from aqumen.order import Order
from aqumen.runs.admission import Starter
from aqumen.runs.branches import Fork
from aqumen.runs.limits import Limits
from aqumen.runs.purses import Caps, Purses
from aqumen.store.store import Store
from fakes.following import OpenRuns, begin, events
from fakes.pipelines import CAST, FIRST_TIME
from fakes.postgres import DATABASES

ON_BOTH = pytest.mark.parametrize("url", DATABASES, indirect=True)


def today(runs_store: Store, owner: str = "") -> float:
    """Return what has been spent and set aside today, whenever the test runs."""
    query = "SELECT sum(usd) FROM spending WHERE owner = ?"
    with runs_store._database.read() as connection:
        found = connection.exec_driver_sql(query.replace("?", f"'{owner}'")).scalar()
    return float(found or 0.0)


def opened(url: str) -> Store:
    store = Store(url)
    store.open()
    return store


@ON_BOTH
def test_two_processes_cannot_set_aside_more_than_there_is(url: str) -> None:
    stores = [opened(url), opened(url)]
    caps = Caps(day=1.0, keys={"alice": 0.5})
    ready = threading.Barrier(4)

    def taken(number: int) -> int:
        purse = Purses(stores[number % 2].spending, caps).of("alice", "a-run", Ledger())
        ready.wait(10)
        taken = 0
        for _ in range(10):
            try:
                purse.reserve(0.06, Cancel())
            except BudgetSpent:
                continue
            taken += 1
        return taken

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(taken, range(4))) == 8
    assert today(stores[0], "alice") == today(stores[1]) == pytest.approx(0.48)
    for store in stores:
        store.close()


def test_what_was_set_aside_and_not_spent_is_put_back(url: str) -> None:
    store = opened(url)
    purses = Purses(store.spending, Caps(day=1.0))
    purse = purses.of(None, "a-run", Ledger())

    reserved = purse.reserve(0.9, Cancel())
    with pytest.raises(BudgetSpent, match="It begins anew at 00:00 UTC") as refused:
        purse.reserve(0.2, Cancel())
    purse.settle(reserved, 0.1)
    purse.reserve(0.9, Cancel())

    assert refused.value.resets_at is not None
    assert 0 < refused.value.resets_at.timestamp() - time.time() <= 86_400
    assert today(store) == pytest.approx(1.0)
    with pytest.raises(BudgetSpent):
        purses.check("anybody")
    store.close()


def test_calls_of_a_run_side_by_side_share_what_it_may_cost(url: str) -> None:
    store = opened(url)
    purse = Purses(store.spending, Caps(day=0.9)).of(None, "a-run", Ledger(), most=1.0)

    with pytest.raises(BudgetSpent, match="today"):
        purse.reserve(0.95, Cancel())
    first = purse.reserve(0.6, Cancel())
    with pytest.raises(BudgetSpent, match="what one run may cost"):
        purse.reserve(0.5, Cancel())
    purse.settle(first, 0.1)
    purse.reserve(0.5, Cancel())
    store.close()


def test_what_a_call_over_midnight_costs_counts_to_the_day_it_was_set_aside_from(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(url)
    purse = Purses(store.spending, Caps(day=1.0)).of(None, "a-run", Ledger())
    monkeypatch.setattr("aqumen.runs.purses._today", lambda: 7)
    late = purse.reserve(0.6, Cancel())
    monkeypatch.setattr("aqumen.runs.purses._today", lambda: 8)
    early = purse.reserve(0.7, Cancel())

    purse.settle(late, 0.2)

    assert [store.spending.of(day, "") for day in (7, 8)] == pytest.approx([0.2, 0.7])
    purse.settle(early, 0.1)
    assert [store.spending.of(day, "") for day in (7, 8)] == pytest.approx([0.2, 0.1])
    store.close()


def test_a_store_that_is_away_before_a_call_is_waited_for_unless_the_call_is_cancelled(
    url: str,
) -> None:
    store = opened(url)
    purse = Purses(store.spending, Caps(day=1.0)).of(None, "a-run", Ledger(), most=1.0)
    answering, answers = store.spending.reserve, iter([StoreFailed(), StoreFailed()])

    def reserve(*asked: Any) -> bool:
        failed = next(answers, None)
        if failed is not None:
            raise failed
        return answering(*asked)

    store.spending.reserve = reserve  # type: ignore[method-assign,assignment]
    cancelled = Cancel()
    cancelled.throw(RunCancelled())

    with pytest.raises(RunCancelled):
        purse.reserve(1.0, cancelled)
    purse.reserve(1.0, Cancel())

    assert today(store) == pytest.approx(1.0)
    store.close()


def test_a_run_without_budgets_is_not_counted(url: str) -> None:
    store = opened(url)
    purse = Purses(store.spending, Caps(keys={"alice": 1.0})).of("bob", "a-run", Ledger())

    purse.reserve(100.0, Cancel())

    assert today(store) == today(store, "bob") == 0.0
    store.close()


def test_a_run_stops_at_its_cap_with_a_word_on_why_and_within_it(open_runs: OpenRuns) -> None:
    runs = open_runs(limits=Limits(caps=Caps(run=0.15)))

    run_id = begin(runs, FIRST_TIME)
    last = events(runs, run_id)[-1]

    assert isinstance(last, Failed)
    assert last.code == "budget_spent"
    assert "what one run may cost" in last.error
    assert 0 < last.cost_usd <= 0.15


def test_a_day_that_is_spent_refuses_runs_and_counts_what_was_spent(
    open_runs: OpenRuns, url: str
) -> None:
    store = opened(url)
    runs = open_runs(limits=Limits(caps=Caps(day=5.0, keys={"site": 0.001})))
    order = Order(topic=FIRST_TIME)

    run_id = begin(runs, FIRST_TIME)
    whole = events(runs, run_id)[-1]
    ours = runs.start(order, request_id=None, needs_watcher=False, starter=Starter("site"))
    stopped = events(runs, ours)[-1]
    store.spending.reserve(int(runs.find(ours).created_at // 86_400), {"site": 1.0}, 0.5)

    assert isinstance(whole, Done)
    assert isinstance(stopped, Failed)
    assert stopped.code == "budget_spent"
    assert stopped.cost_usd == 0.0
    assert today(store) == pytest.approx(runs.find(run_id).cost_usd)
    with pytest.raises(BudgetSpent):
        runs.start(order, request_id=None, needs_watcher=False, starter=Starter("site"))
    store.close()


@pytest.mark.parametrize(
    "caps", [Caps(run=1.0), Caps(day=5.0), Caps(keys={"site": 1.0})], ids=["run", "day", "key"]
)
def test_where_dollars_are_counted_nobody_chooses_a_model_that_counts_as_none(
    open_runs: OpenRuns, caps: Caps
) -> None:
    runs = open_runs(limits=Limits(caps=caps), simulated=False)
    run_id = begin(runs, FIRST_TIME)
    events(runs, run_id)
    unpriced = {"judge": "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/opus"}

    for ask in (runs.branches.fork, runs.branches.forecast):
        more = {} if ask == runs.branches.forecast else {"request_id": None}
        with pytest.raises(InvalidOrder, match="No price is known for provisioned-model/opus"):
            ask(run_id, Fork(6, models=unpriced), **more)
    with pytest.raises(InvalidOrder, match="this server keeps budgets") as refused:
        runs.branches.rejudge(run_id, models=unpriced, prompt=None, request_id=None)

    assert refused.value.field == "models.judge"
    priced = {"judge": "global.anthropic.claude-sonnet-4-6"}
    assert runs.branches.rejudge(run_id, models=priced, prompt=None, request_id=None)


def test_of_a_model_that_nobody_chose_it_is_said_that_it_is_the_runs_own(
    open_runs: OpenRuns,
) -> None:
    earlier = open_runs(cast=replace(CAST, judge="someone.old-1"), simulated=False)
    run_id = begin(earlier, FIRST_TIME)
    events(earlier, run_id)
    runs = open_runs(limits=Limits(caps=Caps(run=1.0)), simulated=False)

    with pytest.raises(
        InvalidOrder, match=r"someone\.old-1, the run's own judge model, and"
    ) as said:
        runs.branches.forecast(run_id, Fork(6))

    assert said.value.field == "models.judge"


def test_simulated_models_cost_nothing_whatever_their_name(open_runs: OpenRuns) -> None:
    runs = open_runs(limits=Limits(caps=Caps(run=1.0)))
    run_id = begin(runs, FIRST_TIME)
    events(runs, run_id)

    assert runs.branches.forecast(run_id, Fork(6, models={"judge": "someone.new-1"})).unpriced


def test_where_none_are_counted_any_model_may_be_chosen(open_runs: OpenRuns) -> None:
    runs = open_runs()
    run_id = begin(runs, FIRST_TIME)
    events(runs, run_id)

    seen = runs.branches.forecast(run_id, Fork(6, models={"judge": "someone.new-1"}))

    assert seen.unpriced == ("someone.new-1",)
