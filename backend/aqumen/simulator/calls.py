"""Count the calls of a simulator."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any


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

    @contextmanager
    def one(self) -> Generator[None]:
        """Count a call as open inside the block."""
        self.asked += 1
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    def answer(self, step: int | None) -> None:
        """Count a call as answered."""
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
