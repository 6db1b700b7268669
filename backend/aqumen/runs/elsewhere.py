"""What happens to runs in other processes, as far as this one hears of it."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable

from aqumen.store.listener import Listener
from aqumen.store.notices import Notice

from .bells import Bell

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5
"""How often the log of a run that another process drives is looked at."""
_HEARING_SECONDS = 5.0
"""How often, while that process can be heard: a notice may get lost with its connection."""

Stop = Callable[[str], object]
"""Stops a run if this process drives it."""


class Elsewhere:
    """Wakes the readers of runs that other processes drive, and stops those they want stopped."""

    def __init__(self, listener: Listener, stop: Stop) -> None:
        self._listener = listener
        self._stop = stop
        self._lock = threading.Lock()
        self._bells: defaultdict[str, dict[Bell, int]] = defaultdict(dict)
        """By run, with the seq that each reader has got to."""

    def open(self) -> None:
        """Begin to listen."""
        self._listener.open(self._heard, self.ring_all)

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    @property
    def patience(self) -> float:
        """For how many seconds a reader may wait for its bell before it looks anyway."""
        return _HEARING_SECONDS if self._listener.listening else _POLL_SECONDS

    def attach(self, run_id: str, seq: int, bell: Bell) -> None:
        """Ring when the run's log goes beyond a seq; attached again, beyond the new one."""
        with self._lock:
            self._bells[run_id][bell] = seq

    def detach(self, run_id: str, bell: Bell) -> None:
        """Ring no more."""
        with self._lock:
            bells = self._bells.get(run_id, {})
            bells.pop(bell, None)
            if not bells:
                self._bells.pop(run_id, None)

    def ring_all(self) -> None:
        """Wake every reader."""
        with self._lock:
            bells = [bell for attached in self._bells.values() for bell in attached]
        for bell in bells:
            bell.ring()

    def _heard(self, notice: Notice) -> None:
        if notice.seq is None:
            self._stop(notice.run_id)
            return
        with self._lock:
            attached = self._bells.get(notice.run_id, {})
            behind = [bell for bell, seq in attached.items() if seq < notice.seq]
        for bell in behind:
            bell.ring()
