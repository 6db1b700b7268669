"""Whether requests to the model service can be signed, looked at no more often than it changes."""

import threading
import time
from collections.abc import Callable

from aqumen.errors import AqumenError

_FRESH_SECONDS = 30.0
"""How long it counts that a request could be signed."""
_AGAIN_SECONDS = 5.0
"""How long it counts that none could: credentials may appear at any time."""


class Signing:
    """Remembers for a while what came of signing a request; safe to use from several threads."""

    def __init__(
        self,
        check: Callable[[], None],
        fresh: float = _FRESH_SECONDS,
        again: float = _AGAIN_SECONDS,
    ) -> None:
        """Take what signs a request, or raises an AqumenError that says why it cannot."""
        self._check = check
        self._fresh = fresh
        self._again = again
        self._lock = threading.Lock()
        self._until = 0.0
        self.failure: AqumenError | None = None
        """Why none could be signed when that was last tried."""

    def look(self) -> AqumenError | None:
        """Return why no request can be signed, or None; may take as long as credentials do.

        Whoever comes while another looks waits for what that one finds.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                self.failure = self._found()
                seconds = self._fresh if self.failure is None else self._again
                self._until = time.monotonic() + seconds
            return self.failure

    def _found(self) -> AqumenError | None:
        try:
            self._check()
        except AqumenError as error:
            return error
        return None
