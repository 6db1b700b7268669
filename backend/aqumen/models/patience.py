"""How often and how long a failed model call is tried again."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from aqumen.errors import Code, ModelFailed

_RETRIES: Mapping[Code, int] = MappingProxyType(
    {
        "model_throttled": 6,
        "model_not_ready": 6,
        "model_unavailable": 5,
        "connection_lost": 3,
        "stream_cut": 2,
        # The service has worked on these for minutes and may charge for it: once more, no oftener.
        "model_timed_out": 1,
        "model_broke": 1,
        "stream_stalled": 1,
    }
)


@dataclass(frozen=True, slots=True)
class Patience:
    """The numbers of the retry loop; what has no number here is not tried again."""

    base_seconds: float = 1.0
    """The first wait is drawn from 0 to this; the span doubles with every retry of the call."""
    cap_seconds: float = 20.0
    """Where the span stops growing."""
    longest_retry_after_seconds: float = 60.0
    """What the service asks for is waited for, up to this."""
    slot_seconds: float = 300.0
    """How long a call waits for a place among the open ones."""
    retries: Mapping[Code, int] = field(default_factory=lambda: _RETRIES)
    """How many retries one call gets, by what went wrong."""

    def wait_seconds(self, retry: int, failure: ModelFailed) -> float:
        """Return how long to wait before a call's n-th retry (from 1): full jitter."""
        span = min(self.cap_seconds, self.base_seconds * 2 ** min(retry - 1, 30))
        jitter = random.uniform(0, span)  # noqa: S311 - spreads load, keeps no secret
        asked = min(failure.retry_after_seconds or 0.0, self.longest_retry_after_seconds)
        return asked + jitter


class RetryBudget:
    """How many retries a whole run gets; safe to spend from several threads."""

    def __init__(self, retries: int = 40) -> None:
        self._lock = threading.Lock()
        self._left = retries

    def spend(self) -> bool:
        """Take one retry; False if none is left."""
        with self._lock:
            if self._left <= 0:
                return False
            self._left -= 1
            return True
