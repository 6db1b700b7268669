"""What the console shows of a run: frozen values that the board is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from . import parts, wire

StepState = Literal["running", "asking again", "passed", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Writing:
    """The text of one call, as far as it has been written."""

    text: str = ""
    end: int = 0
    """Characters of the call's text that are known to have been written."""
    gaps: bool = False
    """Whether some of them never arrived."""

    def add(self, delta: wire.Delta) -> "Writing":
        """Return the text with one more piece; what is known already is dropped.

        A piece at 0 is all there is: it comes first, and again to whoever attaches anew, when the
        call may have been cut and be written once more. What contradicts what is known replaces it.
        """
        reaches = delta.offset + len(delta.text)
        if delta.offset == 0:
            return Writing(delta.text, reaches)
        if not self.gaps and not self._agrees(delta):
            return Writing(self.text[: delta.offset] + delta.text, reaches)
        if reaches <= self.end:
            return self
        if delta.offset <= self.end:
            return Writing(self.text + delta.text[self.end - delta.offset :], reaches, self.gaps)
        return Writing(f"{self.text}\n[…]\n{delta.text}", reaches, gaps=True)

    def _agrees(self, delta: wire.Delta) -> bool:
        known = self.text[delta.offset : delta.offset + len(delta.text)]
        return delta.text.startswith(known)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a step: being written, then in."""

    number: int
    writing: Mapping[int, Writing] = field(default_factory=dict)
    """By call; kept until the answer is in."""
    done: wire.Step | None = None
    retries: tuple[wire.Retry, ...] = ()

    @property
    def text(self) -> str:
        """The whole answer, or what there is of it."""
        if self.done is not None:
            return self.done.response_full or self.done.response_preview
        return "\n\n".join(self.writing[call].text for call in sorted(self.writing))


@dataclass(frozen=True, slots=True)
class StepCard:
    """One step of one attempt."""

    number: int
    attempt: int
    description: str = ""
    model: str = ""
    started: str = ""
    """The server's timestamp."""
    answers: tuple[Answer, ...] = ()
    closed: bool = False
    """Whether no further answer can come: the run is over, or has gone on."""
    broke: str = ""
    """Why the run ended in this step, if it did and was not cancelled."""

    @property
    def state(self) -> StepState:
        """How the step stands."""
        arrived = [answer.done for answer in self.answers if answer.done is not None]
        if any(done.success for done in arrived):
            return "passed"
        if self.closed:
            return "failed" if arrived or self.broke else "stopped"
        return "asking again" if arrived else "running"

    @property
    def live(self) -> bool:
        """Whether more of it may come."""
        return self.state in {"running", "asking again"}

    @property
    def result(self) -> wire.Step | None:
        """The answer that counts: the accepted one, else the last."""
        arrived = [answer.done for answer in self.answers if answer.done is not None]
        accepted = [done for done in arrived if done.success]
        return next(reversed(accepted or arrived), None)

    @property
    def reused(self) -> bool:
        """Whether another run asked for the answers."""
        arrived = [answer.done for answer in self.answers if answer.done is not None]
        return bool(arrived) and all(done.reused_from for done in arrived)

    @property
    def seconds(self) -> float:
        """Seconds the answers took, together."""
        return sum(answer.done.duration_seconds for answer in self.answers if answer.done)

    @property
    def spent(self) -> "Spent":
        """What the answers cost, together."""
        total = Spent()
        for answer in self.answers:
            if answer.done is not None:
                total = total.plus(answer.done)
        return total


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens, dollars and calls."""

    usage: parts.Usage = field(default_factory=parts.Usage)
    cost_usd: float = 0.0
    estimated: bool = False
    calls: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.usage + other.usage,
            self.cost_usd + other.cost_usd,
            self.estimated or other.estimated,
            self.calls + other.calls,
        )

    def plus(self, step: wire.Step) -> "Spent":
        """Return the sum with one more answer."""
        return Spent(
            self.usage + step.usage,
            self.cost_usd + step.cost_usd,
            self.estimated or step.cost_estimated,
            self.calls + (0 if step.reused_from else len(step.calls)),
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no question: what a prompt engineer asks first."""

    sentence: str
    step_number: int | None = None
    step: str = ""
    attempt: int | None = None
    check: str = ""
    detail: str = ""
    """What the check found, unless the sentence says so already."""
    code: str = ""
    retryable: bool = False

    @property
    def place(self) -> str:
        """Where it happened, in a few words; empty when that is not known."""
        name = f" ({self.step})" if self.step else ""
        parts = [f"step {self.step_number}{name}" if self.step_number else ""]
        parts.append(f"attempt {self.attempt}" if self.attempt else "")
        parts.append(f"check {self.check}" if self.check else "")
        return ", ".join(part for part in parts if part)

    @property
    def hint(self) -> str:
        """What can be done about it, in a sentence; empty when the others say all there is."""
        if self.code == "budget_spent":
            return "Ask for fewer attempts or less rigor, or have the server's operator allow more."
        return "The same request may succeed later." if self.retryable else ""
