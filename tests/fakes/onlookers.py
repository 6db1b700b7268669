"""One who hears what models write."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from aqumen.events import Place


@dataclass(slots=True)
class Heard:
    """Remembers the pieces of every call."""

    pieces: dict[Place, list[str]] = field(default_factory=lambda: defaultdict(list))

    def watched(self) -> bool:
        """Somebody waits."""
        return True

    def arriving(self, wake: Callable[[], None]) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nobody else comes."""
        return nullcontext()

    def wrote(self, place: Place, text: str) -> None:
        """Remember a piece."""
        self.pieces[place].append(text)

    def texts(self) -> dict[Place, str]:
        """Return what was written in every call."""
        return {place: "".join(pieces) for place, pieces in self.pieces.items()}
