"""How many runs one key may have open, in all processes together."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from aqumen.errors import TooManyOpen
from aqumen.order import Order
from aqumen.runs.admission import Starter
from aqumen.runs.limits import Limits
from aqumen.runs.runs import Runs
from fakes.following import OpenRuns, events, held_model
from fakes.pipelines import FIRST_TIME
from fakes.postgres import DATABASES

ON_BOTH = pytest.mark.parametrize("url", DATABASES, indirect=True)


def begun(runs: Runs, owner: str | None = "alice", request_id: str | None = None) -> str | None:
    """Return the id of a run somebody starts; None if they have too many."""
    order, who = Order(topic=FIRST_TIME), Starter(owner)
    try:
        return runs.start(order, request_id=request_id, needs_watcher=False, starter=who)
    except TooManyOpen:
        return None


def test_a_key_starts_no_more_than_it_may_have_open_and_may_again_when_one_is_over(
    open_runs: OpenRuns,
) -> None:
    runs = open_runs(held_model(), Limits(runs_per_key=2, concurrent_runs=1))
    first = begun(runs)
    second = begun(runs, request_id="mine")
    assert first is not None

    with pytest.raises(TooManyOpen, match=r"2 open runs.*AQUMEN_RUNS_PER_KEY") as refused:
        runs.start(
            Order(topic=FIRST_TIME), request_id=None, needs_watcher=False, starter=Starter("alice")
        )
    assert refused.value.retry_after_seconds > 0
    assert begun(runs, request_id="mine") == second
    assert begun(runs, "bob") is not None
    assert all(begun(runs, None) for _ in range(3))

    runs.cancel(first)
    events(runs, first)
    assert begun(runs) is not None


@ON_BOTH
def test_two_processes_count_the_open_runs_of_a_key_together(open_runs: OpenRuns) -> None:
    workers = [open_runs(held_model(), Limits(runs_per_key=3)) for _ in range(2)]

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda number: begun(workers[number % 2]), range(8)))

    assert len([run_id for run_id in made if run_id is not None]) == 3
