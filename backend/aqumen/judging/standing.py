"""How one phase of an attempt stands: recomputed from its judged answers, and from nothing else."""

from collections.abc import Sequence

from aqumen.events import (
    Agreement,
    Count,
    Measured,
    Phase,
    Rates,
    Reading,
    Ruling,
    Tier,
)

from . import gate, screen
from .intervals import Interval
from .panel import Words, agreement, words_on
from .tally import Mark, Tally, difference, marked

Pair = tuple[Tally, Tally]
"""Of the mid-tier and of the weak-tier model's answers."""


class Standing:
    """Counts the answers of a phase, in any order."""

    def __init__(
        self, mistakes: Sequence[str], confidence: float, target: str | None = None
    ) -> None:
        """Take the catalog's names; with a target it is that mistake's confirmation."""
        self._mistakes = tuple(mistakes)
        self._confidence = confidence
        self._target = target
        self._read: dict[Tier, list[tuple[Mark, ...]]] = {"mid": [], "weak": []}
        self._words: dict[str, list[Words]] = {name: [] for name in self._mistakes}

    @property
    def phase(self) -> Phase:
        """Which phase it is."""
        return "confirm" if self._target else "screen"

    def add(self, tier: Tier, readings: Sequence[Reading]) -> None:
        """Count an answer; readings without an entry, or none at all, are missing ones."""
        found = {
            reading.mistake: marked(reading.presence, disputed=reading.disputed)
            for reading in readings
        }
        self._read[tier].append(tuple(found.get(name, "missing") for name in self._mistakes))
        for reading in readings:
            self._words.get(reading.mistake, []).extend(words_on(reading))

    def is_open(self) -> bool:
        """Whether more answers may change what comes of it.

        A screen is taken whole; a confirmation that cannot pass any more is over.
        """
        return self._target is None or gate.can_pass(*self._pairs()[self._place], self._confidence)

    @property
    def mistake(self) -> str:
        """What it is about: the target, or the mistake that leads so far."""
        return self._mistakes[self._place]

    def rates(self) -> Rates:
        """Return how often each model avoids that mistake so far."""
        return Rates(**self._rates(self._pairs()[self._place]), agreement=self._agreement)

    def ruling(self) -> Ruling:
        """Return what came of it."""
        return self._confirmed() if self._target else self._screened()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Each mistake's counts, in the catalog's order."""
        return tuple(self._pairs())

    def _screened(self) -> Ruling:
        passed = [
            name
            for name, pair in zip(self._mistakes, self._pairs(), strict=True)
            if screen.passes(*pair)
        ]
        pair = self._pairs()[self._place]
        return Ruling(
            passed=bool(passed),
            void=False,
            mistakes=tuple(passed),
            measured=self._measured(pair),
            checks=screen.checks(*pair),
            reason=screen.verdict(self.mistake, *pair),
        )

    def _confirmed(self) -> Ruling:
        pair = self._pairs()[self._place]
        passed = gate.passes(*pair, self._confidence)
        return Ruling(
            passed=passed,
            void=gate.too_many_missing(*pair),
            mistakes=(self.mistake,) if passed else (),
            measured=self._measured(pair),
            checks=gate.gate(*pair, self._confidence),
            reason=gate.verdict(self.mistake, *pair, self._confidence),
        )

    @property
    def _place(self) -> int:
        if self._target is not None:
            return self._mistakes.index(self._target)
        return screen.leader(self._pairs())

    def _pairs(self) -> list[Pair]:
        return [
            (self._tally("mid", place), self._tally("weak", place))
            for place in range(len(self._mistakes))
        ]

    def _tally(self, tier: Tier, place: int) -> Tally:
        return Tally.of(read[place] for read in self._read[tier])

    def _rates(self, pair: Pair) -> dict[str, float | None]:
        mid, weak = (tally.between(self._confidence) for tally in pair)
        apart = difference(*pair, self._confidence)
        return {
            **_named(mid, "p_mid", "p_mid_lower", "p_mid_upper"),
            **_named(weak, "p_weak", "p_weak_lower", "p_weak_upper"),
            **_named(apart, "d", "lower", "upper"),
        }

    def _measured(self, pair: Pair) -> Measured:
        mid, weak = pair
        return Measured(
            mistake=self.mistake,
            mid=_count(mid),
            weak=_count(weak),
            confidence=self._confidence,
            agreement=self._agreement,
            **self._rates(pair),
        )

    @property
    def _agreement(self) -> Agreement | None:
        told = self._words[self.mistake]
        return agreement(told) if told else None


def _named(found: Interval | None, *names: str) -> dict[str, float | None]:
    return dict(zip(names, found or (None, None, None), strict=True))


def _count(tally: Tally) -> Count:
    return Count(
        absent=tally.absent,
        present=tally.present,
        missing=tally.missing,
        disputed=tally.disputed,
    )
