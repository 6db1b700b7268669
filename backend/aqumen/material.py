"""What the steps hand to each other: the product's own nouns."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from aqumen.events import Difficulty


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Categories(_Value):
    """Subtopics of a topic, by difficulty (step 1)."""

    Beginner: tuple[str, ...]
    Intermediate: tuple[str, ...]
    Advanced: tuple[str, ...]

    def of(self, difficulty: Difficulty) -> tuple[str, ...]:
        """Return the subtopics of one difficulty; `Expert` uses the advanced ones."""
        if difficulty == "Beginner":
            return self.Beginner
        return self.Intermediate if difficulty == "Intermediate" else self.Advanced


class Aim(_Value):
    """What the question is to be about."""

    topic: str
    difficulty: Difficulty
    subtopic: str


class Mistake(_Value):
    """A mistake people and models make in the field (one of six entries of step 2's catalog)."""

    mistake: str
    why_wrong: str
    match_hint: str
    """What the mistake looks like when it is made: a phrase or a construct."""
    impact: Literal["Minor", "Moderate", "Major"]
    domain_specific: bool
    likelihood_strong_avoids: float = Field(ge=0, le=1)
    likelihood_weak_makes: float = Field(ge=0, le=1)


Catalog = tuple[Mistake, ...]

ArtifactType = Literal[
    "code", "prose", "math", "email", "table", "diagram", "plan", "pseudo", "query", "other"
]


class Question(_Value):
    """A task that gives the catalog's mistakes room, without planting one (step 3)."""

    title: str
    question_text: str
    context: str
    artifact_type: ArtifactType
    requirements: tuple[str, ...]
    success_criteria: tuple[str, ...]

    def told(self) -> str:
        """Return the question in the words every model is told it in."""
        parts = [f"Title: {self.title}", f"Task:\n{self.question_text}"]
        if self.context:
            parts.append(f"Context:\n{self.context}")
        parts.append(f"Kind of result: {self.artifact_type}")
        parts.append("Requirements:\n" + "\n".join(f"- {line}" for line in self.requirements))
        parts.append(
            "Done well means:\n" + "\n".join(f"- {line}" for line in self.success_criteria)
        )
        return "\n\n".join(parts)


class Answer(_Value):
    """A model's attempt at the question (steps 4 and 5)."""

    text: str
    """The whole answer, as it is judged."""
    output: str
    rationale: str
    considerations: str


Outcome = Literal["both_avoided", "both_made", "only_mid_made", "no_evidence"]


class EarlierAttempt(_Value):
    """What step 3 is told about an attempt that did not differentiate."""

    title: str
    outcome: Outcome
    detail: str
    """One sentence: which mistakes, or what was missing."""


class VerifiedMistake(_Value):
    """A mistake with its evidence: present in the weak answer, absent from the mid one."""

    mistake: Mistake
    quote: str
    """The verified words of the weak answer."""
