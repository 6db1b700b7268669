"""How often somebody may come: rates, counted in this process."""

import importlib
import math
import threading
import time
from typing import TYPE_CHECKING, Any

from aqumen.errors import TooOften

if TYPE_CHECKING:
    from limits.strategies import SlidingWindowCounterRateLimiter


class Turnstile:
    """Counts by name; what is asked for too often is refused, and when to come back is said."""

    def __init__(self) -> None:
        self._limiter: SlidingWindowCounterRateLimiter | None = None
        self._limits: Any = None
        self._opening = threading.Lock()

    def pass_through(self, who: str, most: int, seconds: int) -> None:
        """Count one more of `who`; raises TooOften if that is more than `most` in the last seconds.

        The first call takes a fifth of a second, for the library that counts.
        """
        limiter = self._opened()
        limit = self._limits.RateLimitItemPerSecond(most, seconds)
        if not limiter.hit(limit, who):
            free = limiter.get_window_stats(limit, who).reset_time
            raise TooOften(max(1, math.ceil(free - time.time())))

    def _opened(self) -> "SlidingWindowCounterRateLimiter":
        with self._opening:  # two that come first at once are counted together
            if self._limiter is None:
                # By name: a server that limits nobody starts without it.
                self._limits = importlib.import_module("limits")
                strategies = importlib.import_module("limits.strategies")
                self._limiter = strategies.SlidingWindowCounterRateLimiter(
                    importlib.import_module("limits.storage").MemoryStorage()
                )
            return self._limiter
