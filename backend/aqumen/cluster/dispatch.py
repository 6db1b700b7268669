"""Hands a run to whichever process has room, through a queue that all of them share."""

import logging
import threading

from aqumen.errors import QueueFailed, ServerFull, ShuttingDown, StoreFailed
from aqumen.runs.dispatch import Forget, Take, Work
from aqumen.store.claims import Claims
from aqumen.store.records import Lease

from .offers import Offers
from .patience import Overdue

logger = logging.getLogger(__name__)

_RETRY_AFTER_SECONDS = 10
_TICK_SECONDS = 0.5
_TIDY_TICKS = 120
_CLOSE_SECONDS = 6.0
_EARLIER = (1, 2)
"""How many epochs ago the run of a dead process may have been offered: it held it, or drove it."""


class Cluster:
    """Holds the runs that were started here until some process takes them.

    An offer names the lease it is made under, and taking it is a compare-and-set on that lease:
    an offer that is taken twice, late or by a process that stood still comes to nothing.
    """

    here = False

    def __init__(self, queue: Offers, claims: Claims, room: int) -> None:
        self._queue = queue
        self._claims = claims
        self._room = room
        self._lock = threading.Lock()
        self._held: dict[Lease, Work] = {}
        self._taken = 0
        self._void: set[Lease] = set()
        """Offers that are to be withdrawn when the queue answers."""
        self._away = False
        self._closed = threading.Event()
        self._forget: Forget = lambda _lease: None
        self._lost = Overdue(claims.seconds / 2)
        self._idle = Overdue(claims.seconds)
        self._thread = threading.Thread(target=self._look_after, name="aqumen-queue", daemon=True)

    def open(self, take: Take, forget: Forget) -> None:
        """Begin to take runs, and to look after those that are held; raises QueueFailed."""
        self._forget = forget
        self._queue.open(take)
        if not self._thread.is_alive():
            self._thread.start()

    def reserve(self) -> None:
        """Take a place for a run that is going to be held.

        Raises ServerFull, ShuttingDown, or QueueFailed while the queue is known to be away.
        """
        with self._lock:
            if self._closed.is_set():
                raise ShuttingDown
            if self._away:
                raise QueueFailed
            if self._taken >= self._room:
                raise ServerFull(_RETRY_AFTER_SECONDS)
            self._taken += 1

    def release(self) -> None:
        """Give a reserved place back."""
        with self._lock:
            self._taken -= 1

    def submit(self, lease: Lease, work: Work, owner: str | None) -> None:
        """Offer a run to every process; raises ShuttingDown, or StoreFailed within seconds."""
        if self._closed.is_set():
            self.release()
            raise ShuttingDown
        with self._lock:
            self._held[lease] = work
        try:
            self._offer(lease, owner)
        except StoreFailed as failed:
            self._away = isinstance(failed, QueueFailed)
            # The offer may have been made all the same.
            self._drop(lease, void=True)
            raise

    def waiting(self) -> dict[str, int]:
        """Return the positions of the runs held here, among those of all processes."""
        with self._lock:
            ours = {lease.run_id for lease in self._held}
        if not ours:
            return {}
        places = enumerate(self._claims.waiting(), start=1)
        return {run_id: place for place, run_id in places if run_id in ours}

    def withdraw(self, run_id: str) -> Work | None:
        """Hold a run no longer, and return its work; None if it is not held."""
        with self._lock:
            lease = next((held for held in self._held if held.run_id == run_id), None)
        return None if lease is None else self._drop(lease, void=True)

    def close(self, seconds: float) -> bool:
        """Hold and take no more, and wait for what was taken here."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_SECONDS)
        with self._lock:
            self._held.clear()
        return self._queue.close(seconds)

    def _offer(self, lease: Lease, owner: str | None) -> None:
        turn = self._claims.line_up(lease, owner)
        if lease.epoch > 1:
            earlier = (Lease(lease.run_id, lease.epoch - ago) for ago in _EARLIER)
            self._queue.withdraw(earlier)
        self._queue.offer(lease, turn)

    def _drop(self, lease: Lease, *, void: bool) -> Work | None:
        with self._lock:
            work = self._held.pop(lease, None)
            self._taken -= work is not None
            if void and work is not None:
                self._void.add(lease)
        return work

    def _look_after(self) -> None:
        ticks = 0
        while not self._closed.wait(_TICK_SECONDS):
            ticks += 1
            try:
                self._tick(tidy=ticks % _TIDY_TICKS == 0)
                self._away = False
            except QueueFailed as failed:
                if not self._away:
                    logger.warning("the queue of runs does not answer: %s", failed.why)
                self._away = True
            except StoreFailed:
                logger.warning("the runs held here could not be looked after; trying again")
            except Exception:
                # A tick that fails must not be the last: runs would be held for ever.
                logger.exception("looking after the runs held here failed; trying again")

    def _tick(self, *, tidy: bool) -> None:
        with self._lock:
            held, void = set(self._held), set(self._void)
        asked = {lease.run_id for lease in held | void}
        current = self._claims.current(asked) if asked else {}
        for lease in held:
            if current.get(lease.run_id) != lease.epoch:
                self._drop(lease, void=False)
                self._forget(lease)
        # One that was taken in the meantime is at work.
        self._queue.withdraw(void - _offers(current))
        with self._lock:
            self._void -= void
        self._let_go_of_lost(held & _leases(current))
        self._free_room()
        if tidy:
            self._queue.tidy()

    def _let_go_of_lost(self, held: set[Lease]) -> None:
        """Have runs whose offers came to nothing offered again, under a new lease."""
        lost = held - self._queue.standing(held)
        for lease in self._lost.among(lost):
            logger.warning("run %s: its offer was lost; it is offered again", lease.run_id)
            self._drop(lease, void=True)
            self._forget(lease)
            self._claims.let_go(lease)

    def _free_room(self) -> None:
        """Withdraw offers whose takers are gone, or whose runs are over or another's."""
        taken = self._queue.taken()
        current = self._claims.current({lease.run_id for lease in taken}) if taken else {}
        self._queue.withdraw(self._idle.among(taken - _offers(current)))


def _leases(current: dict[str, int]) -> set[Lease]:
    return {Lease(run_id, epoch) for run_id, epoch in current.items()}


def _offers(current: dict[str, int]) -> set[Lease]:
    """Return the offers on which their workers follow, if they follow on any."""
    return {Lease(run_id, epoch - 1) for run_id, epoch in current.items()}
