"""The list of runs, filtered and sorted, on every database."""

import time
from typing import Any

import pytest

from aqumen.errors import InvalidOrder
from aqumen.events import Usage
from aqumen.models.ledger import Ledger, Spent
from aqumen.store.records import NEWEST_FIRST, Filter, ListOrder, SortKey
from aqumen.store.store import Store
from fakes.rows import PROMPTS, create, failed, queued


def spend(store: Store, run_id: str, cost: float, *, over: bool = True) -> None:
    spent = Ledger(Spent(Usage(), cost, estimated=False, model_calls=1))
    lease = create(store, run_id, topic=f"topic of {run_id}")
    event = failed().model_copy(update={"run_id": run_id}) if over else queued(run_id)
    store.log.append(lease, [event], spent)


def found(store: Store, order: ListOrder = NEWEST_FIRST, **asked: Any) -> list[str]:
    return [
        run.run_id
        for run in store.runs.page(Filter(**asked), limit=9, cursor=None, order=order).runs
    ]


def test_runs_are_found_by_what_is_known_of_them(store: Store) -> None:
    began = time.time()
    spend(store, "run-1", 0.1)
    spend(store, "run-2", 0.2, over=False)

    assert found(store, statuses=("queued", "cancelled")) == ["run-2", "run-1"]
    assert found(store, topic="topic of run-1") == ["run-1"]
    assert found(store, search="run-1 TOPIC") == ["run-1"]
    assert found(store, search="run-2") == ["run-2"]
    assert found(store, model="opus") == ["run-2", "run-1"]
    assert found(store, model="opu") == []
    assert found(store, prompt=PROMPTS["error_catalog"].version) == ["run-2", "run-1"]
    assert found(store, prompt="0" * 12) == []
    assert found(store, evidence=("none",)) == ["run-2", "run-1"]
    assert found(store, evidence=("screened",)) == []
    assert found(store, min_cost=0.2) == ["run-2"]
    assert found(store, max_cost=0.1) == ["run-1"]
    assert found(store, since=began, until=began + 60) == ["run-2", "run-1"]
    assert found(store, until=began) == []


@pytest.mark.parametrize("by", ["created", "cost", "duration", "attempts"])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_in_any_order_hold_each_run_once_while_new_ones_arrive(
    store: Store, by: SortKey, descending: bool
) -> None:
    order = ListOrder(by, descending)
    for number in range(5):
        spend(store, f"run-{number}", (number % 2) / 10, over=number != 3)
    whole = found(store, order)
    cursor, seen = None, []
    while True:
        page = store.runs.page(Filter(), limit=2, cursor=cursor, order=order)
        seen += [run.run_id for run in page.runs]
        cursor = page.next_cursor
        if cursor is None:
            break
        if "late" not in seen and len(seen) == 2:
            spend(store, "late", 0.05)

    assert [run_id for run_id in seen if run_id != "late"] == whole
    if by == "duration":
        assert whole[-1] == "run-3"


def test_a_cursor_belongs_to_its_filter_and_order(store: Store) -> None:
    for number in range(2):
        create(store, f"run-{number}")
    cursor = store.runs.page(Filter(), limit=1, cursor=None).next_cursor

    with pytest.raises(InvalidOrder, match="another filter or order"):
        store.runs.page(Filter(model="opus"), limit=1, cursor=cursor)
    with pytest.raises(InvalidOrder, match="another filter or order"):
        store.runs.page(Filter(), limit=1, cursor=cursor, order=ListOrder("cost"))
    with pytest.raises(InvalidOrder, match="not a next_cursor"):
        store.runs.page(Filter(), limit=1, cursor="5b5b")


def test_a_model_of_an_account_is_found_by_what_is_shown_of_it(store: Store) -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"
    create(store)
    with store._database.write() as connection:
        connection.exec_driver_sql(f"""UPDATE runs SET models = '{{"mid":"{arn}"}}'""")

    assert found(store, model="application-inference-profile/abc") == ["run-1"]
    assert found(store, model="123456789012:application-inference-profile/abc") == []
    assert found(store, model=arn) == []
