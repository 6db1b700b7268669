"""Where the replay of a run stands."""

from dataclasses import dataclass, replace
from typing import NamedTuple

SPEEDS = (1, 2, 5, 10, 30)
"""Times as fast as it happened."""


@dataclass(frozen=True, slots=True)
class Playhead:
    """A position in a run, in seconds from its first event; it moves while `since` is set."""

    run_id: str
    position: float = 0.0
    speed: float = 1.0
    since: float | None = None
    """When it stood at `position` and began to move, by a clock that never goes back."""

    @property
    def playing(self) -> bool:
        """Whether it moves."""
        return self.since is not None

    def at(self, now: float) -> float:
        """Return where it is at a moment of that clock."""
        moved = (now - self.since) * self.speed if self.since is not None else 0.0
        return self.position + moved

    def play(self, now: float) -> "Playhead":
        """Return it moving from where it is."""
        return replace(self, position=self.at(now), since=now)

    def pause(self, now: float) -> "Playhead":
        """Return it standing where it is."""
        return replace(self, position=self.at(now), since=None)

    def seek(self, position: float, now: float) -> "Playhead":
        """Return it at another position; it moves on from there if it did before."""
        return replace(self, position=position, since=now if self.playing else None)

    def paced(self, speed: float, now: float) -> "Playhead":
        """Return it at another speed, where it is."""
        return replace(self.seek(self.at(now), now), speed=speed)


def position_of(text: str, longest: float) -> float | None:
    """Return the seconds an address names, at most `longest`; None if it names none."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return min(seconds, longest) if 0 <= seconds < float("inf") else None


class Move(NamedTuple):
    """Where somebody moved it: the how-manieth move, and the seconds."""

    turn: int
    to: float


def move_of(said: object, longest: float) -> Move | None:
    """Return the move a browser tells of, at most to `longest`; None if it tells of none."""
    match said:
        case {"turn": int(turn), "to": int() | float() as to}:
            position = position_of(str(to), longest)
            return None if position is None else Move(turn, position)
        case _:
            return None
