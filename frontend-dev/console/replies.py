"""What the API answers outside of a stream, and what it is asked for."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from .filling import Part, filled
from .parts import Usage

_AGAIN = "rejected_answer"
"""The text that is put behind a step's own when it is asked again."""


class Reply(BaseModel):
    """Anything the API answers with."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class Health(Reply):
    """What the API says of itself."""

    status: str = ""
    pipeline_ready: bool = True
    version: str = ""
    model_backend: str = ""

    @property
    def simulated(self) -> bool:
        """Whether answers come from the simulator, not from models."""
        return self.model_backend == "simulator"


class Model(Reply):
    """One of the models the pipeline asks."""

    id: str = ""
    description: str = ""
    purpose: str = ""


class Started(Reply):
    """A run that was accepted, or the earlier one with the same request id."""

    run_id: str
    status: str = ""


class RunSummary(Reply):
    """One row of the list of runs."""

    run_id: str
    kind: str = "full"
    status: str = ""
    topic: str = ""
    difficulty: str | None = None
    subtopic: str | None = None
    max_attempts: int | None = None
    rigor: str | None = None
    created_at: str | None = None
    duration_seconds: float | None = None
    total_attempts: int | None = None
    title: str | None = None
    evidence: str | None = None
    reason: str | None = None
    error_code: str | None = None
    usage: Usage | None = None
    cost_usd: float | None = None
    cost_estimated: bool = False
    model_calls: int | None = None
    simulated: bool = False


class RunPage(Reply):
    """Runs, in the order asked for."""

    runs: tuple[RunSummary, ...] = ()
    next_cursor: str | None = None


class Removed(Reply):
    """What became of one run that was to be deleted."""

    run_id: str
    status: int
    """204 if it is gone."""
    detail: str | None = None


class Removal(Reply):
    """What became of each run that was to be deleted."""

    deleted: int = 0
    runs: tuple[Removed, ...] = ()


class Share(Reply):
    """The link by which students reach a run's exercise."""

    token: str


class Piece(Reply):
    """A part of a line that can be chosen; both ends in code points."""

    start: int
    end: int


class Line(Reply):
    """A line of an exercise, in which nothing is marked."""

    number: int
    text: str
    pieces: tuple[Piece, ...] = ()


class Exercise(Reply):
    """An exercise as a student gets it."""

    title: str = ""
    difficulty: str = ""
    content_type: str = "code"
    errors_to_find: int = 0
    lines: tuple[Line, ...] = ()


class Place(Reply):
    """A part of a line, and what there is to say of it once it was answered."""

    line: int
    start: int
    end: int
    explanation: str = ""
    mistake: str = ""


class Scored(Reply):
    """What an answer to an exercise came to."""

    errors_to_find: int = 0
    hits: tuple[Place, ...] = ()
    misses: tuple[Place, ...] = ()
    false_alarms: tuple[Place, ...] = ()


class Logged(Reply):
    """One stored event of a run."""

    seq: int
    event: str
    data: dict[str, Any]


class Models(Reply):
    """The models of the API, by role: strong, mid, weak, judge."""

    models: dict[str, Model] = {}
    warnings: tuple[str, ...] = ()
    """What an operator should know of them, a sentence each."""


class PinnedPrompt(Reply):
    """One prompt text of a run, with its `{{placeholders}}`."""

    version: str = ""
    number: int | None = None
    """Which of the saved versions that is; None if it is none of them."""
    template: str = ""
    step_numbers: tuple[int, ...] = ()


class PinnedPrompts(Reply):
    """The prompt texts a run is asked with, by name."""

    prompts: dict[str, PinnedPrompt] = {}

    def of_step(self, number: int) -> PinnedPrompt | None:
        """Return the text a step asks with, None if that is not known."""
        return next((each for each in self.prompts.values() if number in each.step_numbers), None)

    def filled(self, prompt: str, number: int) -> tuple[Part, ...] | None:
        """Return a step's prompt in parts; None if these texts are not what it was made of.

        Where an answer was rejected, another text stands behind the step's own.
        """
        own, again = self.of_step(number), self.prompts.get(_AGAIN)
        if own is None:
            return None
        parts = filled(prompt, own.template)
        if parts is None and again is not None:
            parts = filled(prompt, f"{own.template}\n\n{again.template}")
        return parts


class Cancelled(Reply):
    """Whether a cancel found the run still going."""

    changed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked for."""

    topic: str
    max_attempts: int = 3
    difficulty: str | None = None
    subtopic: str | None = None
    rigor: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the JSON fields; what was not chosen is left out."""
        asked = {
            "topic": self.topic.strip(),
            "max_attempts": self.max_attempts,
            "difficulty": self.difficulty,
            "subtopic": (self.subtopic or "").strip() or None,
            "rigor": self.rigor,
        }
        return {name: value for name, value in asked.items() if value is not None}
