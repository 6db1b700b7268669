"""Which event streams each address reads, where it may have so many open and no more."""

from collections.abc import Callable

from aqumen.errors import TooManyStreams


def nothing() -> None:
    """Do nothing: what ends no stream, before and after there is one."""


class Seats:
    """The open streams by address, each address's in the order they came."""

    def __init__(self) -> None:
        self._taken: dict[str, list[Seat]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._taken.values()))

    def at(self, address: str) -> "list[Seat]":
        """Return the seats that an address has taken."""
        return self._taken.get(address, [])

    def add(self, address: str, seat: "Seat") -> None:
        """Count one more."""
        self._taken.setdefault(address, []).append(seat)

    def remove(self, address: str, seat: "Seat") -> None:
        """Count one less, if it is counted."""
        seats = self.at(address)
        if seat in seats:
            seats.remove(seat)
        if not seats:
            self._taken.pop(address, None)


class Seat:
    """Where one stream is counted, from being taken until it is left."""

    def __init__(self, seats: Seats, address: str, most: int | None) -> None:
        self._seats = seats
        self._address = address
        self._most = most
        self.run_id: str | None = None
        """The run that is read, where that is known."""
        self.end: Callable[[], None] = nothing
        """Ends the stream, for another reader of its run to have the seat."""

    @property
    def limited(self) -> bool:
        """Whether seats are counted at all."""
        return self._most is not None

    @property
    def free(self) -> bool:
        """Whether it may be taken by anybody."""
        return self._most is None or len(self._seats.at(self._address)) < self._most

    def take(self, back_to: str | None = None) -> None:
        """Be counted; raises TooManyStreams where none is free.

        Not for a reader who comes back to a run: of a cut connection the server may not know yet.
        The address's oldest stream of that run is ended for it; without one, it is one too many.
        """
        if self._most is None:
            return
        if not self.free:
            if back_to is None:
                raise TooManyStreams(self._most)
            self._replace_oldest(back_to)
        self.run_id = back_to
        self._seats.add(self._address, self)

    def leave(self) -> None:
        """Be counted no more."""
        self._seats.remove(self._address, self)

    def _replace_oldest(self, run_id: str) -> None:
        same = (seat for seat in self._seats.at(self._address) if seat.run_id == run_id)
        oldest = next(same, None)
        if oldest is not None:
            oldest.leave()
            oldest.end()
