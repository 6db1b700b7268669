"""What several answers of each model come to."""

from typing import Literal

from .calls import Check
from .evidence import Presence, Quote, Said
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
    """The judge's reason, in its own words; where two judges differ, that they do."""
    judges: tuple[Said, ...] = ()
    """Of each of two judges; empty where there is one."""
    disputed: bool = False
    """Whether it is missing because one judge shows the mistake and the other finds none."""


class Agreement(Value):
    """How often two judges say the same, of what both have a clear word on."""

    same: int
    counted: int
    """Present or absent in the words of both; where either is missing, nothing is counted."""
    share: float | None = None
    """Null, like its 95 % Wilson bounds, where nothing is counted."""
    lower: float | None = None
    upper: float | None = None
    kappa: float | None = None
    """Cohen's: 0 is what chance alone would give, 1 is full; null where both always say one word.
    """


class Count(Value):
    """One model's answers, by whether a mistake is in them."""

    absent: int
    present: int
    missing: int
    disputed: int = 0
    """Of the missing ones, those on which two judges contradict each other."""


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
    agreement: Agreement | None = None
    """Of two judges, on these answers and this mistake; null where there is one judge."""


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
