"""Rates as they would be without the judge's errors, where those are known from labels of people.

A judge finds a mistake that was made with probability Se, and finds none where none was made with
probability Sp. Of answers of which a share m makes the mistake it shows it in
p = m Se + (1 - m)(1 - Sp), so that m = (p + Sp - 1) / (Se + Sp - 1) (Rogan and Gladen 1978).

The interval is the set of all m that the three counts do not rule out: those with
(p + Sp - 1 - m J)^2 <= z^2 (V(p) + m^2 V(Se) + (1 - m)^2 V(Sp)), where J = Se + Sp - 1 (Fieller
1954), on shares drawn towards the middle as Lang and Reiczigel (2014) do: z^2/2 answers of either
kind are added to p, one label of either kind to Se and to Sp.

Of two judges, p counts the answers in which both show the mistake, of all that are not missing for
another reason than their dispute; Se and Sp are those of the two together, counted alike.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from math import sqrt
from typing import NamedTuple

from aqumen.events import Accuracy, Corrected, Count, Measured

from .intervals import Z_95, Interval, wilson
from .tally import Mark


class Labels(NamedTuple):
    """What a judge makes of mistakes of which people say whether they were made."""

    made: int
    found: int
    avoided: int
    cleared: int
    unclear: int

    @classmethod
    def of(cls, judged: Iterable[tuple[bool, Mark]]) -> "Labels":
        """Count, by whether a mistake was made and what the judgement says."""
        counts = Counter(judged)
        found, false = counts[True, "present"], counts[False, "present"]
        overlooked = counts[True, "absent"] + counts[True, "disputed"]
        cleared = counts[False, "absent"] + counts[False, "disputed"]
        unclear = counts[True, "missing"] + counts[False, "missing"]
        return cls(found + overlooked, found, false + cleared, cleared, unclear)

    @property
    def telling(self) -> bool:
        """Whether there are labels of both kinds to measure by."""
        return self.made > 0 and self.avoided > 0


def accuracy(
    labels: Labels, *, judge: str, judge_2: str | None, prompt: str, at: datetime
) -> Accuracy:
    """Return what labels say of a judge; only for `telling` ones."""
    sensitivity = wilson(labels.found, labels.made, Z_95)
    specificity = wilson(labels.cleared, labels.avoided, Z_95)
    return Accuracy(
        judge=judge,
        judge_2=judge_2,
        prompt=prompt,
        **labels._asdict(),
        sensitivity=sensitivity.estimate,
        sensitivity_lower=sensitivity.lower,
        sensitivity_upper=sensitivity.upper,
        specificity=specificity.estimate,
        specificity_lower=specificity.lower,
        specificity_upper=specificity.upper,
        measured_at=at,
    )


def corrected(measured: Measured, known: Accuracy) -> Corrected | None:
    """Return the rates allowed for the judge's errors.

    None where a model has no counted answer, or the judge is no better than chance.
    """
    mid, weak = _avoided(measured.mid, known), _avoided(measured.weak, known)
    if mid is None or weak is None:
        return None
    return Corrected(
        p_mid=mid.estimate,
        p_mid_lower=mid.lower,
        p_mid_upper=mid.upper,
        p_weak=weak.estimate,
        p_weak_lower=weak.lower,
        p_weak_upper=weak.upper,
        accuracy=known,
    )


def _avoided(count: Count, known: Accuracy) -> Interval | None:
    total = count.absent + count.present + count.disputed
    labels = Labels(known.made, known.found, known.avoided, known.cleared, known.unclear)
    found = rogan_gladen(count.present, total, labels, Z_95)
    return found and Interval(1 - found.estimate, 1 - found.upper, 1 - found.lower)


def rogan_gladen(shown: int, total: int, labels: Labels, z: float) -> Interval | None:
    """Return the share of answers that make a mistake, shown in `shown` of `total`, in [0, 1].

    None without answers, without labels of both kinds, or where Se + Sp is 1 or less.
    """
    if not total or not labels.telling:
        return None
    missed, alarmed = 1 - labels.found / labels.made, 1 - labels.cleared / labels.avoided
    better = 1 - missed - alarmed
    if better <= 0:
        return None
    estimate = _clipped((shown / total - alarmed) / better)
    lower, upper = _fieller(
        _Share.of(shown, total, z * z / 2),
        _Share.of(labels.found, labels.made, 1),
        _Share.of(labels.cleared, labels.avoided, 1),
        z,
    )
    return Interval(estimate, min(estimate, lower), max(estimate, upper))


class _Share(NamedTuple):
    value: float
    variance: float

    @classmethod
    def of(cls, count: int, total: int, more: float) -> "_Share":
        """Return a share with so many added of either kind."""
        value = (count + more) / (total + 2 * more)
        return cls(value, value * (1 - value) / (total + 2 * more))


def _fieller(p: _Share, se: _Share, sp: _Share, z: float) -> tuple[float, float]:
    better, raised = se.value + sp.value - 1, p.value + sp.value - 1
    square = better**2 - z**2 * (se.variance + sp.variance)
    if better <= 0 or square <= 0:
        return 0.0, 1.0  # the labels do not rule out a judge that is no better than chance
    half = better * raised - z**2 * sp.variance
    rest = raised**2 - z**2 * (p.variance + sp.variance)
    reach = sqrt(max(0.0, half**2 - square * rest))
    return _clipped((half - reach) / square), _clipped((half + reach) / square)


def _clipped(share: float) -> float:
    return min(1.0, max(0.0, share))
