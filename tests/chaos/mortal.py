"""`python -m chaos.mortal TOPIC SEED RIGOR[:COUNT]...`: workers that `kill -9` themselves mid-run.

Each drives one run, and dies right before or right after one of its writes to the run's log.
Without a count there is one for each such moment; else there are so many, drawn by the seed. They
are forked from one process, which has loaded everything and opened nothing.
"""

import os
import random
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from itertools import count
from typing import Literal, NamedTuple

from aqumen.assemble import cast_of
from aqumen.events import Event
from aqumen.machinery import build
from aqumen.models.known import KnownModels
from aqumen.models.ledger import Ledger, Spent
from aqumen.order import Order
from aqumen.runs.house import House
from aqumen.runs.limits import Limits
from aqumen.runs.runs import Runs
from aqumen.settings import Settings
from aqumen.store.log import Log
from aqumen.store.records import Lease, Stored
from aqumen.store.store import Store
from aqumen.templates import Prompts
from fakes.eventually import eventually

_AT_ONCE = 3
_APPEND = Log.append
_LIMIT = 60.0


class Moment(NamedTuple):
    """Right before or after a worker's n-th write."""

    write: int
    when: Literal["before", "after"]

    @property
    def name(self) -> str:
        """It, in words."""
        return f"{self.when} write {self.write}"


def main() -> int:
    """Print how many have died; returns 1 if any ended otherwise than it should."""
    topic, seed, *wanted = sys.argv[1:]
    died = [_died(topic, seed, *each.split(":")) for each in wanted]
    return int(not all(died))


def _died(topic: str, seed: str, rigor: str, many: str = "") -> bool:
    live = partial(_live, Settings(), rigor)
    written = _status(_forked(lambda: live(f"{topic}, undisturbed", None)))
    moments = [Moment(n, when) for n in range(1, written + 1) for when in ("before", "after")]
    if many:
        moments = random.Random(seed).sample(moments, min(int(many), len(moments)))
    ended = _all_forked([partial(live, f"{topic}, {each.name}", each) for each in moments])
    # Calls at the same time are noted in one write or in two: the last moment may not come.
    lived = [each.name for each, status in zip(moments, ended, strict=True) if status >= 0]
    print(f"{rigor}: {len(moments) - len(lived)} workers died of {written} writes", lived or "")
    return bool(written) and len(lived) <= 2


def _all_forked(works: Sequence[Callable[[], int]]) -> list[int]:
    """Do each in a process of its own, some at a time; return how these ended."""
    statuses: list[int] = []
    open_: list[int] = []
    for work in works:
        if len(open_) == _AT_ONCE:
            statuses.append(_status(open_.pop(0)))
        open_.append(_forked(work))
    return statuses + [_status(pid) for pid in open_]


def _forked(work: Callable[[], int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os._exit(work())
    except BaseException:  # noqa: BLE001 - nothing may come back from here into the parent's code
        traceback.print_exc()
        os._exit(255)


def _status(pid: int) -> int:
    """Return the exit code, or minus the signal a process died of; fails for anything else."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status not in (-signal.SIGKILL, *range(1, 255)):
        sys.exit(f"a worker ended with {status}")
    return status


def _live(settings: Settings, rigor: str, topic: str, moment: Moment | None) -> int:
    """Drive a run to its end, unless the moment comes; return how many writes it took."""
    writes = count(1)
    last: list[int] = []
    lock = threading.Lock()

    def append(
        log: Log,
        lease: Lease,
        told: Sequence[Event],
        ledger: Ledger,
        read: Callable[[Spent], None] = lambda _: None,
    ) -> list[Stored]:
        with lock:
            write = next(writes)
            last.append(write)
        if moment == (write, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        stored = _APPEND(log, lease, told, ledger, read)
        if moment == (write, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return stored

    Log.append = append  # type: ignore[method-assign,assignment]
    known = KnownModels.shipped()
    with closing(build(settings, known)) as machinery:
        store = Store(settings.database_url, settings.lease_seconds)
        house = House(cast_of(settings), Prompts.shipped(), simulated=True, known=known)
        limits = Limits(calls_per_run=settings.calls_per_run)
        runs = Runs(store, lambda _cancel: machinery.pipeline, house, limits)
        runs.open()
        order = Order.model_validate({"topic": topic, "rigor": rigor, "max_attempts": 1})
        run_id = runs.start(order, request_id=None, needs_watcher=False)
        eventually(lambda: runs.find(run_id).over, _LIMIT)
        runs.close(1.0)
        store.close()
    return max(last)


if __name__ == "__main__":
    sys.exit(main())
