"""The runs one session compares."""

from collections.abc import Iterable

from .board import Board
from .client import Api
from .fold import fold


class Shelf:
    """Reads each run once, and of one that still goes on what has come since."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._boards: dict[str, Board] = {}

    def look(self, run_id: str) -> Board:
        """Return a run as it stands; raises ConsoleError."""
        board = self._boards.get(run_id, Board())
        if not board.over:
            board = fold(board, self.api.log(run_id, board.seq))
            self._boards[run_id] = board
        return board

    def seen(self, run_id: str) -> Board | None:
        """Return a run as it was last read, None if it never was."""
        return self._boards.get(run_id)

    def keep(self, run_ids: Iterable[str]) -> None:
        """Forget every other run."""
        kept = set(run_ids)
        self._boards = {name: board for name, board in self._boards.items() if name in kept}
