"""Many thousand runs of the rule itself: outcomes are drawn, and the product's functions decide."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aqumen.judging import gate, screen
from aqumen.judging.tally import Tally

from .price import Price
from .world import MISTAKES, Level, World

Outcomes = NDArray[np.int8]
"""0 absent, 1 present, 2 missing, 3 disputed."""

Named = NDArray[np.bool_]
"""By run and mistake."""
Codes = tuple[tuple[int, ...], ...]
"""Of each mistake, the mid and the weak tally as numbers."""

_REMEMBERED = 2**16
"""Decisions that are kept: all of every cell would take gigabytes."""
_CODES = np.array([1, 32, 1024, 32768])
"""A tally of at most 31 of each kind, as one number."""


class Simulated(NamedTuple):
    """What came of so many runs."""

    runs: int
    accepted: int
    """Runs with a question."""
    found: int
    """Of these, those whose question names the first mistake."""
    price: Price
    """Of a run, on average."""


def simulate(world: World, level: Level, runs: int, seed: int) -> Simulated:
    """Run so many; the same seed gives the same runs."""
    draw = np.random.default_rng([seed, *_numbers(world), level.attempts])
    open_ = np.ones(runs, bool)
    attempts = np.zeros(runs, int)
    confirmed = np.zeros(runs, int)
    found = 0
    for _ in range(level.attempts):
        here = np.flatnonzero(open_)
        if not len(here):
            break
        attempts[here] += 1
        if level.rigor == "single-sample":
            first = _outcomes(draw, world, len(here), 1, missing=0.0)
            named = ((first[:, 0] == 0) & (first[:, 1] == 1))[:, :, 0]
        else:
            named, taken = _climb(draw, world, len(here), level)
            confirmed[here] += taken
        open_[here[named.any(axis=1)]] = False
        found += int(named[:, 0].sum())
    samples = 0 if level.rigor == "single-sample" else 2 * (screen.ANSWERS - 1)
    further = samples * attempts + confirmed
    accepted = int((~open_).sum())
    price = Price.of(
        attempts=float(attempts.mean()),
        further=float(further.mean()),
        made=accepted / runs,
        judges=world.judges,
    )
    return Simulated(runs, accepted, found, price)


def _climb(
    draw: np.random.Generator, world: World, runs: int, level: Level
) -> tuple[Named, NDArray[np.int_]]:
    """Return which mistakes each attempt's question names, and the answers confirmations took."""
    outcomes = _outcomes(draw, world, runs, screen.ANSWERS - 1, world.missing)
    # A first answer that is cut short is asked for again.
    first = _outcomes(draw, world, runs, 1, missing=0.0)
    screened = _counted(np.concatenate([first, outcomes], axis=3))
    pairs = [tuple(map(tuple, each.T.tolist())) for each in screened]
    named, taken = np.array([_passing(pair) for pair in pairs]), np.zeros(runs, int)
    if level.rigor == "screened":
        return named, taken
    answers = _outcomes(draw, world, runs, gate.ANSWERS, world.missing)
    confidence = gate.confidence_for(level.attempts)
    for place, pair in enumerate(pairs):
        target = _target(pair)
        if target is not None:
            passed, taken[place] = _confirmed(answers[place, :, target], confidence)
            named[place] = False
            named[place, target] = passed
    return named, taken


def _confirmed(outcomes: Outcomes, confidence: float) -> tuple[bool, int]:
    """Count one answer after the other, as they come: mid, weak, mid, ..."""
    counts = [[0] * len(_CODES), [0] * len(_CODES)]
    for taken in range(1, 2 * gate.ANSWERS + 1):
        tier, index = (taken - 1) % 2, (taken - 1) // 2
        counts[tier][outcomes[tier, index]] += 1
        if not _can_pass(tuple(counts[0]), tuple(counts[1]), confidence):
            return False, taken
    return _passes(tuple(counts[0]), tuple(counts[1]), confidence), 2 * gate.ANSWERS


def _outcomes(
    draw: np.random.Generator, world: World, runs: int, answers: int, missing: float
) -> Outcomes:
    """Draw what the judge says: by run, tier, mistake and answer."""
    rates = np.array([[world.of(k)[tier] for k in range(MISTAKES)] for tier in (0, 1)])
    shape = (runs, 2, MISTAKES, answers)
    made = draw.random(shape) >= rates[None, :, :, None]
    said = _judged(draw, world, made)
    if world.judges == 2:
        said = np.where(_judged(draw, world, made) == said, said, np.int8(3))
    gone = draw.random((runs, 2, 1, answers)) < missing
    return np.where(gone, np.int8(2), said)


def _judged(draw: np.random.Generator, world: World, made: Named) -> Outcomes:
    """Draw what one judge says."""
    right = draw.random(made.shape) < np.where(made, world.sensitivity, world.specificity)
    return np.where(right, made, ~made).astype(np.int8)


def _counted(outcomes: Outcomes) -> NDArray[np.int_]:
    """Return each tally as a number: by run, tier and mistake."""
    kinds = np.stack([(outcomes == kind).sum(axis=3) for kind in range(len(_CODES))], axis=-1)
    counted: NDArray[np.int_] = kinds @ _CODES
    return counted


def _tally(code: int) -> Tally:
    absent, present, missing, disputed = (code // int(unit) % 32 for unit in _CODES)
    return _tallied((absent, present, missing, disputed))


def _tallied(counts: tuple[int, ...]) -> Tally:
    absent, present, missing, disputed = counts
    return Tally(absent, present, missing + disputed, disputed)


@lru_cache(_REMEMBERED)
def _target(codes: Codes) -> int | None:
    return screen.target([(_tally(mid), _tally(weak)) for mid, weak in codes])


@lru_cache(_REMEMBERED)
def _passing(codes: Codes) -> tuple[bool, ...]:
    return tuple(screen.passes(_tally(mid), _tally(weak)) for mid, weak in codes)


@lru_cache(_REMEMBERED)
def _can_pass(mid: tuple[int, ...], weak: tuple[int, ...], confidence: float) -> bool:
    return gate.can_pass(_tallied(mid), _tallied(weak), confidence)


@lru_cache(_REMEMBERED)
def _passes(mid: tuple[int, ...], weak: tuple[int, ...], confidence: float) -> bool:
    return gate.passes(_tallied(mid), _tallied(weak), confidence)


def _numbers(world: World) -> list[int]:
    shares = (*world.rates, world.sensitivity, world.specificity, world.missing)
    # The seeds of worlds with one judge are those they had before there were two.
    return [round(1000 * share) for share in shares] + [world.judges] * (world.judges - 1)
