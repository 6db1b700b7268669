"""How connections are refused of which the application hears nothing."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

from aqumen.errors import Code

from .origins import Origins
from .problems import problem
from .safe_headers import safe

logger = logging.getLogger(__name__)

REFUSALS = "refusals"
"""What the server's state holds them as, for `connections.Bounded`."""
_EVERY_SECONDS = 60.0
"""In which there is one line of the log: a flood of refusals is none of lines."""


class Refusals:
    """Answers them as the application would, counts them, and tells the log how many there were.

    A page in a browser may read an answer if its origin is let in and was known by then. To be
    used in the event loop.
    """

    def __init__(self, origins: Origins, count: Callable[[int], None]) -> None:
        """Take who may read, and who hears of each with the status of its answer."""
        self._origins = origins
        self._count = count
        self._untold: Counter[int] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    def note(self, status: int) -> None:
        """Count one; the first is logged at once, those soon after it together."""
        self._count(status)
        self._untold[status] += 1
        if self._timer is None:
            self._tell()

    def answer(self, status: int, sentence: str, code: Code, origin: str | None) -> bytes:
        """Return the answer as it is sent; without an origin no page may read it."""
        said = problem(status, code, sentence)
        shared = self._origins.shared_with(origin) if origin is not None else []
        headers = safe([*said.raw_headers, *shared, (b"connection", b"close")])
        head = [f"HTTP/1.1 {status} -".encode(), *map(b": ".join, headers)]
        return b"\r\n".join([*head, b"", bytes(said.body)])

    def close(self) -> None:
        """Tell what is not told yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._log()

    def _tell(self) -> None:
        self._timer = None
        if self._untold:
            self._log()
            self._timer = asyncio.get_running_loop().call_later(_EVERY_SECONDS, self._tell)

    def _log(self) -> None:
        # How many, and nothing of what they sent.
        told = [f"{many} with {status}" for status, many in sorted(self._untold.items())]
        if told:
            logger.info("refused connections: %s", ", ".join(told))
        self._untold.clear()
