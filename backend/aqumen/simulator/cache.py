"""The prompt cache of the simulated service: written once, read for five minutes after each use."""

import time
from typing import NamedTuple

from aqumen.models.estimate import tokens
from aqumen.models.facts import ModelFacts

from .asked import Exchange

_SECONDS = 300.0
_MOST = 1000
"""Prompts remembered; the oldest go first."""


class Cached(NamedTuple):
    """Tokens of a prompt that were read from the cache, or written to it."""

    read: int = 0
    written: int = 0


UNCACHED = Cached()


class PromptCache:
    """Which prompts are there, by model; used by one thread."""

    def __init__(self) -> None:
        self._there: dict[tuple[str, str], tuple[float, float]] = {}
        """From when each can be read, and until when, in `time.monotonic` seconds."""

    def take(self, exchange: Exchange, facts: ModelFacts, first_seconds: float) -> Cached:
        """Return what a call finds or leaves; nothing for a prompt below the model's floor.

        What it leaves can be read once it begins to be answered: of calls at once, each writes.
        """
        size = tokens(exchange.cached)
        if not size or facts.cache_floor is None or size < facts.cache_floor:
            return UNCACHED
        place, now = (exchange.asked.model_id, exchange.cached), time.monotonic()
        since, until = self._there.pop(place, (now + first_seconds, now + _SECONDS))
        if until <= now:
            since = now + first_seconds
        self._there[place] = (since, now + _SECONDS)
        while len(self._there) > _MOST:
            del self._there[next(iter(self._there))]
        return Cached(read=size) if since < now else Cached(written=size)
