"""Who watches a run's answers while they are written."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from aqumen.events import Place


class Onlooker(Protocol):
    """Hears of unfinished text; called from the threads that read the answers."""

    def watched(self) -> bool:
        """Whether anybody waits for it: if not, it may be told when the answer is over."""

    def arriving(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `wake`, which does not block, when somebody comes to wait inside the block."""

    def wrote(self, place: Place, text: str) -> None:
        """Hear what a model has just written, without waiting: others' answers come after it."""


class Nobody:
    """Does not listen."""

    def watched(self) -> bool:
        """Nobody waits."""
        return False

    def arriving(self, wake: Callable[[], None]) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nobody comes."""
        return nullcontext()

    def wrote(self, place: Place, text: str) -> None:
        """Let it go."""


NOBODY = Nobody()
