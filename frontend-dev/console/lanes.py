"""A run's attempts side by side: which step stands how."""

from dataclasses import dataclass

from .board import Board
from .places import SHARED, Key
from .values import StepCard

STEPS = range(1, 8)


@dataclass(frozen=True, slots=True)
class Lane:
    """One attempt; the first has the steps that all share."""

    attempt: int
    superseded: bool
    """Whether the run has gone on to another attempt."""
    cells: tuple[tuple[int, StepCard | None], ...]
    """Step numbers, each with its card if it has begun."""


def lanes(board: Board) -> tuple[Lane, ...]:
    """Return a lane for each attempt that has begun, and for the first in any case."""
    last = max(board.attempt, 1)
    begun = {attempt for attempt, _ in board.cards} | {1}
    return tuple(_lane(board, attempt, last) for attempt in sorted(begun))


def _lane(board: Board, attempt: int, last: int) -> Lane:
    numbers = STEPS if attempt == 1 else STEPS[SHARED:]
    cells = tuple((number, board.cards.get((attempt, number))) for number in numbers)
    return Lane(attempt, attempt < last, cells)


def superseded(board: Board, key: Key) -> bool:
    """Return whether the run has gone on to an attempt after this step's; never for shared ones."""
    attempt, number = key
    return number > SHARED and attempt < board.attempt
