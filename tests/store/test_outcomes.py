"""What runs came to, as the store counts it, on every database."""

import time

from aqumen.models.ledger import Ledger
from aqumen.runs.insight import Rate
from aqumen.runs.insights import insights
from aqumen.store.outcomes import Window
from aqumen.store.store import Store
from fakes.rows import create, failed


def test_the_newest_runs_are_counted_and_the_answer_says_of_how_many(store: Store) -> None:
    began = time.time()
    for number in range(3):
        lease = create(store, f"run-{number}")
        ended = failed("model_unavailable").model_copy(update={"run_id": lease.run_id})
        store.log.append(lease, [ended], Ledger())
    create(store, "judged again", kind="rejudge")

    found = insights(store, Window(simulated=True, since=began), most=2)

    assert (found.of, found.counted) == (3, 2)
    assert (found.errors[0].code, found.errors[0].n) == ("model_unavailable", 2)
    assert found.errors[0].example == "run-2"
    assert found.rates.success == Rate.of(0, 2)
    assert [(each.role, each.model) for each in found.models] == [("strong", "opus")]
    assert insights(store, Window(simulated=False)).of == 0
    assert insights(store, Window(simulated=True, until=began)).of == 0


def test_a_share_stands_between_its_wilson_bounds() -> None:
    half = Rate.of(5, 10)
    none = Rate.of(0, 10)

    assert (round(half.low, 3), round(half.high, 3)) == (0.237, 0.763)
    assert (round(none.low, 3), round(none.high, 3)) == (0.0, 0.278)
