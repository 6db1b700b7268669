"""What a judge is known to get right, and what rates come to when that is allowed for."""

from .vocabulary import Timestamp, Value


class Accuracy(Value):
    """How often a judge, or two together, are right, by the labels of people."""

    judge: str
    """The model; an id as clients see it."""
    judge_2: str | None = None
    prompt: str
    """The version of the prompt text they judged with."""
    made: int
    """Mistakes that were made, by the labels, and that the judgement says anything about."""
    found: int
    """Of these, those it shows with verified words: of two judges, those that both show."""
    avoided: int
    """The same of mistakes that were not made."""
    cleared: int
    """Of these, those it does not show."""
    unclear: int
    """Labels the judgement gives no usable word on; they count for nothing else."""
    sensitivity: float
    """found / made, between its 95 % Wilson bounds."""
    sensitivity_lower: float
    sensitivity_upper: float
    specificity: float
    """cleared / avoided, likewise."""
    specificity_lower: float
    specificity_upper: float
    measured_at: Timestamp


class Corrected(Value):
    """How often each model avoids the measured mistake, if the judge errs as it did on labels.

    Of Rogan and Gladen, with bounds of 95 % that carry the uncertainty of the labels as well.
    """

    p_mid: float
    p_mid_lower: float
    p_mid_upper: float
    p_weak: float
    p_weak_lower: float
    p_weak_upper: float
    accuracy: Accuracy
