"""Models of known pass rates, and a judge of known accuracy."""

from dataclasses import dataclass
from typing import NamedTuple

from aqumen.events import Rigor

MISTAKES = 6


class Pass(NamedTuple):
    """How often each model truly avoids a mistake."""

    mid: float
    weak: float

    @property
    def separates(self) -> bool:
        """Whether the mid-tier model is better."""
        return self.mid > self.weak


@dataclass(frozen=True, slots=True)
class World:
    """One mistake's rates, and how reliably answers are given and judged.

    Where the first mistake separates the models, both avoid the other five as often as the mid-tier
    model avoids the first: what is to be found is one among six. Else all six have the same rates.
    Mistakes and answers are independent of each other.
    """

    rates: Pass
    sensitivity: float = 1.0
    """How often the judge finds a mistake that was made, and can quote it."""
    specificity: float = 1.0
    """How often it finds none where none was made."""
    missing: float = 0.0
    """The share of answers that are cut short."""
    judges: int = 1
    """One, or two that err independently of each other and equally often."""

    def of(self, mistake: int) -> Pass:
        """Return the rates of a mistake, counted from 0."""
        return self.rates if mistake == 0 else Pass(self.rates.mid, self.rates.mid)


class Level(NamedTuple):
    """How a run is asked for."""

    rigor: Rigor
    attempts: int

    @property
    def name(self) -> str:
        """As a column is called."""
        return f"{self.rigor}, {self.attempts}"


LEVELS = tuple(
    Level(rigor, attempts)
    for rigor in ("single-sample", "screened", "certified")
    for attempts in (3, 5)
)
NULLS = tuple(Pass(rate, rate) for rate in (0.3, 0.5, 0.6, 0.7, 0.9))
REAL = (Pass(0.9, 0.2), Pass(0.9, 0.3), Pass(0.9, 0.5), Pass(0.7, 0.5))
CONDITIONS: dict[str, tuple[float, float, float, int]] = {
    "a perfect judge, nothing missing": (1.0, 1.0, 0.0, 1),
    "a judge of sensitivity .9 and specificity .9": (0.9, 0.9, 0.0, 1),
    "a judge of sensitivity .8 and specificity .8": (0.8, 0.8, 0.0, 1),
    "a perfect judge, 5 % of answers missing": (1.0, 1.0, 0.05, 1),
    "two judges of sensitivity .9 and specificity .9": (0.9, 0.9, 0.0, 2),
    "two judges of sensitivity .8 and specificity .8": (0.8, 0.8, 0.0, 2),
}
"""Sensitivity, specificity, share of missing answers, number of judges."""
