"""Who comes next: each owner's runs in the order they came, and the owners in turn."""

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Line(Generic[T]):
    """Things that wait, by name; whoever has a hundred in it keeps nobody else's one waiting.

    Not for several threads at once.
    """

    def __init__(self) -> None:
        # Whose turn it is stands first.
        self._waiting: OrderedDict[str | None, OrderedDict[str, T]] = OrderedDict()

    def join(self, owner: str | None, name: str, thing: T) -> None:
        """Wait behind all that this owner has waiting; nobody's things have one owner."""
        self._waiting.setdefault(owner, OrderedDict())[name] = thing

    def next(self) -> T | None:
        """Take out what is first, and let its owner's next one wait for the other owners' first.

        None if nothing waits.
        """
        for owner, things in self._waiting.items():
            _name, thing = things.popitem(last=False)
            self._waiting.move_to_end(owner)
            self._drop_empty(owner)
            return thing
        return None

    def leave(self, name: str) -> T | None:
        """Take out what has this name; None if nothing has."""
        for owner, things in self._waiting.items():
            if name in things:
                thing = things.pop(name)
                self._drop_empty(owner)
                return thing
        return None

    def names(self) -> list[str]:
        """Return who waits, in the order in which they will be next if nobody else joins."""
        rounds = (
            (number, name)
            for things in self._waiting.values()
            for number, name in enumerate(things)
        )
        return [name for _number, name in sorted(rounds, key=lambda each: each[0])]

    def clear(self) -> int:
        """Send everybody home; return how many that were."""
        count = sum(map(len, self._waiting.values()))
        self._waiting.clear()
        return count

    def _drop_empty(self, owner: str | None) -> None:
        if not self._waiting[owner]:
            del self._waiting[owner]
