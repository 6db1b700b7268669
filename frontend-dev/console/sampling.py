"""How an attempt that asks each model several times stands, phase by phase."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .board import Board
from .parts import Call, Check, Corrected, Rates
from .places import Key
from .wire import Gate, Sample

ANSWERS = {"screen": 3, "confirm": 12}
"""How many answers each model gives in a phase, at most."""

_SPOKEN = {"screen": "screen", "confirm": "confirmation"}
_ANSWERED_IN = {"mid": 4, "weak": 5}
_JUDGED_IN = 6

_RULES = {
    "screen": {
        "mid_avoids": "Mid-tier avoids it in at least 2 of 3",
        "weak_fails": "Weak-tier makes it in at least 2 of 3",
    },
    "confirm": {
        "all_sampled": "All 24 answers are judged",
        "few_missing": "At most 2 of 24 say nothing",
        "mid_avoids": "Mid-tier avoids it in 70 % or more",
        "weak_fails": "Weak-tier avoids it in 50 % or less",
        "difference_above_zero": "The difference is above 0 even at its lower bound",
    },
}
"""What a phase has to come to, by the names of its checks."""

State = Literal["open", "passed", "failed"]


@dataclass(frozen=True, slots=True)
class Tally:
    """One model's judged answers, in the order in which it gave them."""

    outcomes: tuple[str, ...]
    """Each `absent`, `present`, `missing` or `disputed`."""
    share: float | None
    """How often the mistake was avoided, 0 to 1; missing answers do not count."""
    lower: float | None = None
    upper: float | None = None

    @property
    def avoided(self) -> int:
        """Answers without the mistake."""
        return self.outcomes.count("absent")

    @property
    def missing(self) -> int:
        """Answers that say nothing about it."""
        return self.outcomes.count("missing")

    @property
    def disputed(self) -> int:
        """Answers on which two judges contradict each other."""
        return self.outcomes.count("disputed")

    @property
    def counted(self) -> int:
        """Answers that say something."""
        return len(self.outcomes) - self.missing - self.disputed


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the gate's checklist."""

    rule: str
    state: State
    detail: str = ""
    """What the counts are, where they do not do."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Both models' answers of one phase, and what they come to."""

    name: str
    mistake: str
    """The one put to the test; while screening, what leads so far."""
    mid: Tally
    weak: Tally
    rates: Rates
    gate: Gate | None
    """What came of it, once it is over."""
    corrected: Corrected | None = None
    """The rates without the judge's errors, where they are known of what the run came to."""

    @property
    def judged(self) -> int:
        """Answers so far."""
        return len(self.mid.outcomes) + len(self.weak.outcomes)

    @property
    def expected(self) -> int:
        """Answers of each model, at most."""
        most = max(len(self.mid.outcomes), len(self.weak.outcomes))
        return max(ANSWERS.get(self.name, 0), most)

    @property
    def checklist(self) -> tuple[Item, ...]:
        """The gate's conditions; all are open until it has ruled."""
        rules = _RULES.get(self.name, {})
        if self.gate is None:
            return tuple(Item(rule, "open") for rule in rules.values())
        return tuple(_item(rules, check) for check in self.gate.checks)


def _item(rules: dict[str, str], check: Check) -> Item:
    state: State = "passed" if check.passed else "failed"
    return Item(rules.get(check.name, check.name), state, check.detail)


def phases(board: Board, attempt: int) -> tuple[Phase, ...]:
    """Return how each phase of an attempt stands, in order; none if it does not sample."""
    ours = [sample for sample in board.samples if sample.attempt == attempt]
    ruled = {gate.phase: gate for gate in board.gates if gate.attempt == attempt}
    found = [
        _phase(name, [sample for sample in ours if sample.phase == name], ruled.get(name))
        for name in dict.fromkeys(sample.phase for sample in ours)
    ]
    if found and board.final is not None and attempt == board.attempt:
        found[-1] = replace(found[-1], corrected=board.final.metadata.corrected)
    return tuple(found)


def under_way(board: Board) -> Phase | None:
    """Return the phase whose answers are being taken, None if there is none."""
    last = next(reversed(phases(board, board.attempt)), None)
    return last if last is not None and last.gate is None and not board.over else None


def came_to(found: Sequence[Phase]) -> str:
    """Return what an attempt's phases have come to so far, in a few words."""
    name, gate = _SPOKEN.get(found[-1].name, found[-1].name), found[-1].gate
    if gate is None:
        return f"the {name} is under way"
    if gate.void:
        return f"the {name} is void"
    return f"the {name} passed" if gate.passed else f"the {name} did not pass"


def _phase(name: str, samples: Sequence[Sample], gate: Gate | None) -> Phase:
    mistake = gate.measured.mistake if gate else samples[-1].mistake
    rates: Rates = gate.measured if gate else samples[-1]
    mid, weak = (tuple(_outcomes(samples, tier, mistake)) for tier in ("mid", "weak"))
    return Phase(
        name,
        mistake,
        Tally(mid, rates.p_mid, rates.p_mid_lower, rates.p_mid_upper),
        Tally(weak, rates.p_weak, rates.p_weak_lower, rates.p_weak_upper),
        rates,
        gate,
    )


def _outcomes(samples: Iterable[Sample], tier: str, mistake: str) -> Iterator[str]:
    ours = (sample for sample in samples if sample.tier == tier)
    for sample in sorted(ours, key=lambda sample: sample.index):
        yield outcome_of(sample, mistake)


def outcome_of(sample: Sample, mistake: str) -> str:
    """Return what an answer says of a mistake; the one it was told for may be another by now."""
    found = {reading.mistake: reading.outcome for reading in sample.readings}
    return found.get(mistake, "missing")


def answer_of(board: Board, sample: Sample) -> str:
    """Return a sampled answer's whole text; empty if it never came, or is not part of the run."""
    if sample.calls:
        return sample.calls[0].response
    card = board.cards.get((sample.attempt, _ANSWERED_IN.get(sample.tier, 0)))
    return card.result.response_full if card and card.result and sample.index == 1 else ""


def calls(board: Board) -> Iterator[tuple[Key, Call]]:
    """Yield the calls that samples took, each with the step it belongs to."""
    for sample in board.samples:
        number = _ANSWERED_IN.get(sample.tier)
        if sample.reused_from or number is None:
            continue
        for place, call in enumerate(sample.calls):
            yield (sample.attempt, _JUDGED_IN if place else number), call
