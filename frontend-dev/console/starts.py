"""Runs that were asked for and not yet heard of again."""

import secrets
import threading
from dataclasses import dataclass

from .replies import Order

KEPT = 256
"""Orders one console remembers; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One order and where it was sent."""

    order: Order
    endpoint: str


class Starts:
    """Gives each order a request id, under which asking twice starts one run.

    The id stands in the page's address. Only ids made here lead to an order, so that an address
    somebody else made up starts nothing.
    """

    def __init__(self) -> None:
        self._asked: dict[str, Asked] = {}
        self._lock = threading.Lock()

    def ask(self, asked: Asked, earlier: str | None = None) -> str:
        """Return the request id of an order; `earlier` again while it waits for the same."""
        with self._lock:
            if earlier is not None and self._asked.get(earlier) == asked:
                return earlier
            request_id = secrets.token_urlsafe(18)
            self._asked[request_id] = asked
            while len(self._asked) > KEPT:
                del self._asked[next(iter(self._asked))]
            return request_id

    def waiting(self, request_id: str) -> Asked | None:
        """Return what was asked for under this id, None if that is not known."""
        with self._lock:
            return self._asked.get(request_id)

    def answered(self, request_id: str) -> None:
        """Forget an order the API has answered for good."""
        with self._lock:
            self._asked.pop(request_id, None)
