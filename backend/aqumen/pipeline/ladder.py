"""Several answers of each model to one question: a screen of a few, then a confirmation."""

import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial

from aqumen.errors import WorkerLost
from aqumen.events import (
    Gate,
    Reading,
    Rigor,
    Ruling,
    Sample,
    Tier,
    Usage,
)
from aqumen.judging import gate, screen
from aqumen.judging.differentiation import Judged, readings_of
from aqumen.judging.panel import Words, words_on
from aqumen.judging.standing import Standing
from aqumen.material import EarlierAttempt, Outcome, VerifiedMistake
from aqumen.models.cancel import Cancel

from .asking import UNFIT, Item, Telling
from .sampling import Sampler, Spot, Taken, spot_of
from .together import together

TIERS: tuple[Tier, Tier] = ("mid", "weak")

_ANSWERS: dict[Rigor, int] = {
    "single-sample": 1,
    "screened": screen.ANSWERS,
    "certified": screen.ANSWERS + gate.ANSWERS,
}
"""How many answers each model gives to one question, at most."""


def samples_of(rigor: Rigor) -> int:
    """Return how many samples an attempt tells, at most; a single answer is none."""
    return 0 if rigor == "single-sample" else 2 * _ANSWERS[rigor]


def further_answers(rigor: Rigor) -> int:
    """Return how many answers each model gives to one question beyond its first, at most."""
    return _ANSWERS[rigor] - 1


@dataclass(frozen=True, slots=True)
class Climbed:
    """Where an attempt has come to on the ladder."""

    ruling: Ruling
    verified: tuple[VerifiedMistake, ...]
    """What passed, with the words in which it was made; empty if nothing did."""
    earlier: EarlierAttempt
    """What the next attempt is told if nothing did."""
    words: list[Words]
    """What two judges say of every entry in every answer; empty where there is one judge."""


@dataclass(slots=True)
class Ladder:
    """Takes answers to one question until the rule says what they come to."""

    sampler: Sampler
    rigor: Rigor
    confidence: float
    _counted: list[tuple[Tier, tuple[Reading, ...]]] = field(default_factory=list)
    """What every answer of the attempt shows."""

    def climb(self, first: Judged) -> Telling[Climbed]:
        """Go as far as the rigor asks for; `first` is what steps 4 to 6 have found.

        Raises a ModelFailed, what the run was stopped with, or WorkerLost where it does not
        follow what it told before.
        """
        screening = Standing(self._names, self.confidence)
        ruling = yield from self._phase(screening, screen.ANSWERS, _first(first))
        judged = Judged(screen.in_short(self.sampler.catalog, screening.pairs), ())
        earlier = judged.as_attempt(self.sampler.question.title)
        if self.rigor == "certified" and ruling.passed:
            confirming = Standing(self._names, self.confidence, ruling.measured.mistake)
            ruling = yield from self._phase(confirming, gate.ANSWERS)
            earlier = _unconfirmed(ruling, self.sampler.question.title)
        return Climbed(ruling, self._verified(ruling), earlier, self._words)

    @property
    def _names(self) -> list[str]:
        return [entry.mistake for entry in self.sampler.catalog]

    def _phase(
        self, standing: Standing, answers: int, known: Sequence[Taken] = ()
    ) -> Telling[Ruling]:
        """Take what is not told or known yet of a phase's answers, and rule on all of them."""
        told: set[Spot] = set()
        for sample in self.sampler.desk.memory.samples(self.sampler.attempt, standing.phase):
            self._count(standing, sample.tier, sample.readings)
            told.add(spot_of(sample))
            yield sample
        for taken in known:
            if taken.spot not in told:
                told.add(taken.spot)
                yield self._sample(standing, taken)
        spots = (Spot(standing.phase, tier, n) for n in range(1, answers + 1) for tier in TIERS)
        yield from self._taken(standing, [spot for spot in spots if spot not in told])
        return (yield from self._ruled(standing))

    def _taken(self, standing: Standing, spots: list[Spot]) -> Telling[None]:
        """Take answers at the same time; none is begun that can change nothing any more."""
        if not (spots and standing.is_open()):
            return
        desk, ahead = self.sampler.desk, _Ahead(deepcopy(standing))
        parts = [partial(ahead.unless_decided, self.sampler, spot) for spot in spots]
        with closing(together(desk.scope.cancel, parts, desk.calls_at_once)) as items:
            for item in items:
                yield self._sample(standing, item) if isinstance(item, Taken) else item

    def _ruled(self, standing: Standing) -> Telling[Ruling]:
        """Tell what a phase came to; it stands in the log before the next one asks anything."""
        ruling, attempt = standing.ruling(), self.sampler.attempt
        told = self.sampler.desk.memory.gate(attempt, standing.phase)
        if told is not None and not _same(told, ruling):
            raise WorkerLost(UNFIT)
        run_id = self.sampler.desk.scope.run_id
        yield told or Gate(run_id=run_id, attempt=attempt, phase=standing.phase, **dict(ruling))
        return ruling

    def _count(self, standing: Standing, tier: Tier, readings: tuple[Reading, ...]) -> None:
        standing.add(tier, readings)
        self._counted.append((tier, readings))

    def _sample(self, standing: Standing, taken: Taken) -> Sample:
        spot, readings, calls = taken.spot, taken.readings, taken.calls
        self._count(standing, spot.tier, readings)
        found = {reading.mistake: reading.presence for reading in readings}
        return Sample(
            run_id=self.sampler.desk.scope.run_id,
            attempt=self.sampler.attempt,
            phase=spot.phase,
            tier=spot.tier,
            index=spot.index,
            mistake=standing.mistake,
            outcome=found.get(standing.mistake, "missing"),
            disputed=standing.mistake in _disputed(readings),
            readings=readings,
            why_missing=taken.why_missing,
            calls=calls,
            usage=sum((call.usage for call in calls), Usage()),
            cost_usd=sum(call.cost_usd for call in calls),
            cost_estimated=any(call.cost_estimated for call in calls),
            **dict(standing.rates()),
        )

    def _verified(self, ruling: Ruling) -> tuple[VerifiedMistake, ...]:
        return tuple(
            VerifiedMistake(mistake=entry, quote=self._quoted(entry.mistake))
            for entry in self.sampler.catalog
            if entry.mistake in ruling.mistakes
        )

    @property
    def _words(self) -> list[Words]:
        told = (reading for _, readings in self._counted for reading in readings)
        return [both for reading in told for both in words_on(reading)]

    def _quoted(self, mistake: str) -> str:
        """Return the first words of a weak answer in which a mistake was made."""
        return next(
            reading.quote.text
            for tier, readings in self._counted
            for reading in readings
            if tier == "weak" and reading.mistake == mistake and reading.quote
        )


class _Ahead:
    """Counts answers as they come in, which may be long before they are told."""

    def __init__(self, standing: Standing) -> None:
        self._lock = threading.Lock()
        self._standing = standing

    def unless_decided(
        self, sampler: Sampler, spot: Spot, cancel: Cancel
    ) -> Generator[Item | Taken]:
        """Take an answer, if it may still matter; one that was begun is judged in any case."""
        with self._lock:
            if not self._standing.is_open():
                return
        for item in sampler.take(spot, cancel):
            if isinstance(item, Taken):
                with self._lock:
                    self._standing.add(spot.tier, item.readings)
            yield item


def _first(judged: Judged) -> list[Taken]:
    """Return the attempt's first answers, which steps 4 to 6 have taken."""
    mid, weak = zip(*map(readings_of, judged.evidence), strict=True)
    return [
        Taken(Spot("screen", "mid", 1), mid, "", ()),
        Taken(Spot("screen", "weak", 1), weak, "", ()),
    ]


def _disputed(readings: Sequence[Reading]) -> set[str]:
    return {reading.mistake for reading in readings if reading.disputed}


def _same(told: Ruling, ruling: Ruling) -> bool:
    """Return whether two rulings come to the same, the mistake that is confirmed next included."""
    if (told.passed, told.mistakes) != (ruling.passed, ruling.mistakes):
        return False
    return not told.passed or told.measured.mistake == ruling.measured.mistake


def _unconfirmed(ruling: Ruling, title: str) -> EarlierAttempt:
    failed = {check.name for check in ruling.checks if not check.passed}
    outcome: Outcome = "no_evidence"
    if not ruling.void:
        outcome = "both_made" if "mid_avoids" in failed else "both_avoided"
    return EarlierAttempt(title=title, outcome=outcome, detail=ruling.reason)
