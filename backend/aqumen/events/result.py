"""What a run comes to."""

from .calls import Usage
from .corrected import Corrected
from .sampled import Agreement, Measured
from .vocabulary import Difficulty, Rigor, Value


class Span(Value):
    """One error of an assessment."""

    id: str
    """The exact text between `<<` and `>>`."""
    description: str
    mistake: str
    """The catalog's name for it."""
    line: int
    """1-based line of `content` the span stands on."""


class Assessment(Value):
    """The exercise as the student sees it."""

    title: str
    difficulty: Difficulty
    content_type: str
    code: tuple[str, ...]
    """The lines, spans marked with `<<` and `>>`."""
    content: tuple[str, ...]
    """The same lines, under the name newer clients use."""
    errors: tuple[Span, ...]


class Metadata(Value):
    """What a result rests on and what it cost."""

    topic: str
    subtopic: str | None
    difficulty: Difficulty | None
    weak_model_failures: tuple[str, ...]
    """Mistakes verified in the weak-tier answer and absent from the mid-tier one."""
    evidence: Rigor | None
    """The label printed on the question; null when differentiation was not shown."""
    measured: Measured | None = None
    """What the label rests on, where it rests on several answers of each model."""
    corrected: Corrected | None = None
    """The measured rates, allowed for the judge's errors; only where its accuracy is known."""
    agreement: Agreement | None = None
    """Of two judges, on every entry in every answer of the run; null where there is one judge.

    Its bounds take these findings for independent; those on one answer are not quite.
    """
    simulated: bool
    usage: Usage
    cost_usd: float
    cost_estimated: bool
    model_calls: int
    duration_seconds: float
