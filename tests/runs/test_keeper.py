"""What looks after the runs of a process when some of its duties fail."""

import threading
from collections.abc import Collection

import pytest

from aqumen.errors import StoreFailed
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger
from aqumen.runs.keeper import Keeper
from aqumen.runs.live import LiveRun, LiveRuns
from aqumen.runs.watchers import Watchers
from aqumen.store.leases import Leases, Unwanted
from aqumen.store.records import Lease


class Away(Leases):
    """Leases of a store that is away when it is first told who watches."""

    def __init__(self) -> None:
        self.seconds = 15.0
        self.told: list[str] = []
        self.tried: list[set[str]] = []
        self.noted = threading.Event()

    def renew(self, run_ids: Collection[str]) -> set[str]:
        self.told.append("renew")
        return set(run_ids)

    def watched(self, run_ids: Collection[str]) -> None:
        self.told.append("watched")
        self.tried.append(set(run_ids))
        if len(self.tried) == 1:
            raise StoreFailed
        self.noted.set()

    def unwanted(self, grace_seconds: float) -> list[Unwanted]:
        assert grace_seconds == 60.0
        self.told.append("unwanted")
        return []


def test_leases_come_first_and_a_duty_that_fails_is_done_again_without_the_rest_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    leases, live, watchers = Away(), LiveRuns(), Watchers()
    live.add(LiveRun(Lease("run-1", 1), Cancel(), Ledger(), float("inf")))
    keeper = Keeper(leases, live, watchers, lambda _run, _error: True, 60.0)
    with watchers.watching("run-1"):
        pass
    keeper.start()
    try:
        assert leases.noted.wait(10)
    finally:
        keeper.close()

    assert leases.told[:3] == ["renew", "watched", "unwanted"]
    assert leases.tried[:2] == [{"run-1"}, {"run-1"}]
    assert "the store does not answer" in caplog.text
    assert "Traceback" not in caplog.text


class Listener:
    """A bell that says whether it was rung."""

    deltas = False
    rung = False

    def ring(self) -> None:
        self.rung = True


def test_the_readers_of_a_run_that_is_dropped_are_woken() -> None:
    live, bell = LiveRuns(), Listener()
    run = LiveRun(Lease("run-1", 1), Cancel(), Ledger(), float("inf"))
    live.add(run)
    run.attach(bell)  # type: ignore[arg-type]

    live.drop(Lease("run-1", 2))
    assert not bell.rung
    live.drop(Lease("run-1", 1))
    assert bell.rung
