"""Who watches a run's answers while they are written."""

from typing import Protocol

from aqumen.events import Place


class Onlooker(Protocol):
    """Hears of unfinished text; called from the threads that read the answers."""

    def watched(self) -> bool:
        """Whether anybody waits for it: if not, it is told in fewer, larger pieces."""

    def wrote(self, place: Place, text: str) -> None:
        """Hear what a model has just written."""


class Nobody:
    """Does not listen."""

    def watched(self) -> bool:
        """Nobody waits."""
        return False

    def wrote(self, place: Place, text: str) -> None:
        """Let it go."""


NOBODY = Nobody()
