"""Who is watching which run in this process."""

import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager


class Watchers:
    """Counts the open streams of each run, and remembers where one has just come or gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watching: Counter[str] = Counter()
        self._changed: set[str] = set()

    @contextmanager
    def watching(self, run_id: str) -> Generator[None]:
        """Count one stream for as long as the block lasts."""
        with self._lock:
            self._watching[run_id] += 1
            self._changed.add(run_id)
        try:
            yield
        finally:
            with self._lock:
                self._watching[run_id] -= 1
                self._watching += Counter()  # drops the zero
                self._changed.add(run_id)

    def now(self) -> set[str]:
        """Return the runs somebody watches."""
        with self._lock:
            return set(self._watching)

    def count(self) -> int:
        """Return how many streams are open."""
        with self._lock:
            return self._watching.total()

    def changed(self) -> set[str]:
        """Return the runs to which a stream has come, or from which one has gone, since last."""
        with self._lock:
            changed, self._changed = self._changed, set()
            return changed
