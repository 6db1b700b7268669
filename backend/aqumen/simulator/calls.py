"""Count the calls of a simulator, and remember the newest."""

import time
from collections import Counter, deque
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

_REMEMBERED = 20_000
"""Newest calls that are remembered one by one."""


@dataclass(slots=True)
class Received:
    """One call, as the service saw it."""

    received_at: float = field(default_factory=time.time)
    """Seconds since the epoch."""
    answered_at: float | None = None
    """When its answer was written to the end."""
    model: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    prompt_tokens: int = 0
    """Of the prompt alone, without tools: what a client can know of a call that broke off."""
    fault: str | None = None
    begun: bool = False
    """Whether any of an answer was sent."""
    usage: Mapping[str, int] | None = None
    """In Bedrock's words; None for a call that was not answered to its end."""


class Calls:
    """How many calls came and how they went; written by one thread, read by any."""

    def __init__(self) -> None:
        self.asked = 0
        """Calls that came in, refused ones included."""
        self.answered = 0
        """Calls answered to their end."""
        self.open = 0
        self.by_step: Counter[int | None] = Counter()
        """Answered calls, by the step they name."""
        self._newest: deque[Received] = deque(maxlen=_REMEMBERED)

    @contextmanager
    def one(self) -> Generator[Received]:
        """Count a call as open inside the block, and remember it."""
        self.asked += 1
        self.open += 1
        received = Received()
        self._newest.append(received)
        try:
            yield received
        finally:
            self.open -= 1

    def answer(self, received: Received, step: int | None, usage: Mapping[str, int]) -> None:
        """Count a call as answered."""
        received.usage = usage
        received.answered_at = time.time()
        self.answered += 1
        self.by_step[step] += 1

    def as_json(self) -> dict[str, Any]:
        """Return the counts: `calls` are the answered ones."""
        return {
            "calls": self.answered,
            "asked": self.asked,
            "open": self.open,
            "by_step": {str(step or "none"): count for step, count in dict(self.by_step).items()},
        }

    def newest(self) -> list[dict[str, Any]]:
        """Return the newest calls, oldest first."""
        return [asdict(received) for received in list(self._newest)]
