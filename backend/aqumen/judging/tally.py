"""How often a model made one mistake, counted over several answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from aqumen.events import Check, Count, Presence

from .intervals import Interval, newcombe, wilson, z_of

Mark = Presence | Literal["disputed"]
"""What an answer says of a mistake: missing with or without a dispute."""


def marked(presence: Presence, *, disputed: bool) -> Mark:
    """Return what an answer counts as, of one mistake."""
    return "disputed" if disputed else presence


@dataclass(frozen=True, slots=True)
class Tally:
    """One model's answers, by whether the mistake is in them."""

    absent: int = 0
    present: int = 0
    missing: int = 0
    """Answers that say nothing about it: cut short, refused, or judged without a clear word."""
    disputed: int = 0
    """Of these, answers on which two judges contradict each other."""

    @classmethod
    def of(cls, marks: Iterable[Mark]) -> "Tally":
        """Count."""
        listed = list(marks)
        disputed = listed.count("disputed")
        missing = listed.count("missing") + disputed
        return cls(listed.count("absent"), listed.count("present"), missing, disputed)

    @classmethod
    def told(cls, count: Count) -> "Tally":
        """Return what an event says was counted."""
        return cls(count.absent, count.present, count.missing, count.disputed)

    @property
    def known(self) -> int:
        """Answers that say something."""
        return self.absent + self.present

    @property
    def silent(self) -> int:
        """Answers that are missing without a dispute."""
        return self.missing - self.disputed

    @property
    def taken(self) -> int:
        """All answers."""
        return self.known + self.missing

    @property
    def p(self) -> float | None:
        """The share of known answers in which the mistake is absent; None if none is known."""
        return self.absent / self.known if self.known else None

    def between(self, confidence: float) -> Interval | None:
        """Return p between its one-sided Wilson bounds; None if no answer is known."""
        return wilson(self.absent, self.known, z_of(confidence)) if self.known else None


def check(name: str, passed: bool, detail: str) -> Check:
    """Return one check of a rule on counts; the detail says what the counts are."""
    return Check(name=name, passed=passed, detail="" if passed else detail)


def disputes(mid: Tally, weak: Tally) -> str:
    """Return what is said of disputed answers behind other counts; empty where there are none."""
    count = mid.disputed + weak.disputed
    if not count:
        return ""
    return f"; the judges contradict each other on {count}, which count for nothing"


def difference(mid: Tally, weak: Tally, confidence: float) -> Interval | None:
    """Return p_mid - p_weak between its one-sided bounds; None while either side knows nothing."""
    first, second = mid.between(confidence), weak.between(confidence)
    return newcombe(first, second) if first and second else None
