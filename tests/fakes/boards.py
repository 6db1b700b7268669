"""The console's board of a run that is told event by event."""

from console.board import Board
from console.fold import fold
from console.stream import Message
from fakes.story import Told


def board_of(*told: Told) -> Board:
    return fold(Board(), [Message(data.get("seq", 0), name, data) for name, data in told])
