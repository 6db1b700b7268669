"""What several answers of each model come to."""

from typing import Literal

from .calls import Check
from .evidence import Presence, Quote
from .vocabulary import Value

Phase = Literal["screen", "confirm"]
"""Looking for a mistake that may tell the models apart, and putting one to the test."""
Tier = Literal["mid", "weak"]


class Reading(Value):
    """What one judged answer shows of one entry of the catalog."""

    mistake: str
    presence: Presence
    quote: Quote | None = None
    """The verified place; there is one exactly where the mistake is present."""
    reason: str = ""
    """The judge's reason, in its own words."""


class Count(Value):
    """One model's answers, by whether a mistake is in them."""

    absent: int
    present: int
    missing: int


class Rates(Value):
    """How often each model avoids a mistake, of the answers that say anything about it."""

    p_mid: float | None = None
    p_weak: float | None = None
    d: float | None = None
    """p_mid - p_weak."""
    lower: float | None = None
    """One-sided bounds of d, those the gate uses; null while either model has no such answer."""
    upper: float | None = None
    p_mid_lower: float | None = None
    """One-sided bounds of each share, of which those of d are made; null where the share is."""
    p_mid_upper: float | None = None
    p_weak_lower: float | None = None
    p_weak_upper: float | None = None


class Measured(Rates):
    """One mistake, counted in several answers of each model."""

    mistake: str
    mid: Count
    weak: Count
    confidence: float
    """One-sided, of each bound."""


class Ruling(Value):
    """What a phase came to, by the rule and nothing else."""

    passed: bool
    void: bool
    """Whether too much was missing to say anything."""
    mistakes: tuple[str, ...]
    """Those that passed, in the catalog's order."""
    measured: Measured
    """Of the target: what a screen that passed fixes, and a confirmation tests.

    Of a screen that did not pass, the mistake that came closest.
    """
    checks: tuple[Check, ...]
    reason: str
    """What came of it, in one sentence."""
