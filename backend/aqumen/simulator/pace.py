"""When the pieces of a simulated answer are sent."""

from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

PIECES_PER_SECOND = 12
"""About 46 in a call of four seconds, which is what the design's own figures were measured with."""
_SHORTEST_SECONDS, _LONGEST_SECONDS = 3.0, 8.0
_LONG_ANSWER = 6000
_SLOW_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Timing:
    """The course of one answer."""

    first_seconds: float
    """From the request to the first piece."""
    gap_seconds: float
    """Between two pieces."""
    pieces: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the simulated models write; the same request always takes the same time."""

    speed: float = 1.0
    """Divides every time; 0 stands for no waiting at all."""
    pieces_per_second: int = PIECES_PER_SECOND
    """Of each answer, at speed 1."""

    def timing(self, seed: str, length: int, *, slow: bool = False) -> Timing:
        """Return the course of an answer of so many characters: 3 to 8 s by length at speed 1."""
        share = crc32(seed.encode()) / 2**32
        first = 0.4 + 0.6 * share
        whole = _SHORTEST_SECONDS + (_LONGEST_SECONDS - _SHORTEST_SECONDS) * min(
            1.0, length / _LONG_ANSWER
        )
        pieces = max(1, min(length, round((whole - first) * self.pieces_per_second)))
        gap = (whole - first) / pieces
        if not self.speed:
            return Timing(0.0, 0.0, pieces)
        late = first + (_SLOW_SECONDS if slow else 0.0)
        return Timing(late / self.speed, gap / self.speed, pieces)


def cut(text: str, pieces: int) -> list[str]:
    """Cut a text into about equal pieces, at most so many, none empty."""
    count = max(1, min(pieces, len(text)))
    marks = [len(text) * index // count for index in range(count + 1)]
    return [text[start:end] for start, end in pairwise(marks)] if text else []
