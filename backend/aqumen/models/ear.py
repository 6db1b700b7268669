"""Hear one answer while it is written."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from aqumen.events import Place

from .onlooker import NOBODY, Onlooker

_NOWHERE = Place(0, 0, 0, 0)


class Ear:
    """Is told what a model writes into one answer, by one thread at a time, and keeps it."""

    def __init__(self, place: Place = _NOWHERE, onlooker: Onlooker = NOBODY) -> None:
        self.begun = False
        """Whether the service has begun to answer, which costs."""
        self._place = place
        self._onlooker = onlooker
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        """What has been written so far."""
        return "".join(self._pieces)

    def watched(self) -> bool:
        """Whether anybody waits for the text: if not, it may be told when the answer is over."""
        return self._onlooker.watched()

    def arriving(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `wake`, which does not block, when somebody comes to wait inside the block."""
        return self._onlooker.arriving(wake)

    def hear(self, text: str) -> None:
        """Hear what has been written; nothing yet, where the service has only begun."""
        self.begun = True
        if text:
            self._pieces.append(text)
            self._onlooker.wrote(self._place, text)
