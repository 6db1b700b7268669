"""How long a run may take, by how many answers it takes."""

from typing import NamedTuple

from aqumen.events import Rigor


class Deadlines(NamedTuple):
    """Seconds from being asked for to being over."""

    usual: float
    certified: float

    def of(self, rigor: Rigor) -> float:
        """Return that of a run."""
        return self.certified if rigor == "certified" else self.usual
