"""One question to a model, over the answers it takes to get it right."""

import hashlib
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from aqumen.events import Check
from aqumen.models.asking import Answered
from aqumen.steps.contract import Ask, Outcome, StepKind
from aqumen.steps.rejection import rejected
from aqumen.templates import Prompts

T = TypeVar("T")

_MOST_TOKENS = 16_000
"""Room for an answer that was cut short twice."""


def key_of(run_id: str) -> str:
    """Return the word that marks untrusted text in a run's prompts.

    Whoever writes a topic cannot know it: run ids are unguessable and given afterwards.
    """
    return hashlib.sha256(f"key {run_id}".encode()).hexdigest()[:10]


@dataclass(slots=True)
class Draft(Generic[T]):
    """What is put to the model next, and what became of its last answer."""

    label: str
    kind: StepKind[T]
    prompts: Prompts
    key: str
    ask: Ask = field(init=False)
    prompt: str = field(init=False)
    max_tokens: int = field(init=False)
    outcome: Outcome[T] | None = None

    def __post_init__(self) -> None:
        self.ask = self.kind.ask()
        self.prompt = self._filled()
        self.max_tokens = self.ask.max_tokens

    @property
    def accepted(self) -> bool:
        """Whether the last answer can be used."""
        return self.outcome is not None and self.outcome.accepted

    @property
    def checks(self) -> tuple[Check, ...]:
        """What was looked at in the last answer."""
        return self.outcome.checks if self.outcome else ()

    @property
    def value(self) -> T:
        """The accepted answer; only when `accepted`."""
        if self.outcome is None or self.outcome.value is None:
            raise ValueError("no answer was accepted")
        return self.outcome.value

    def answered(self, answered: Answered) -> None:
        """Check an answer, and prepare to ask again if it is rejected."""
        reply = answered.reply
        self.outcome = self.kind.accept(reply)
        if self.accepted:
            return
        if reply.stop_reason == "max_tokens":
            self.max_tokens = min(2 * self.max_tokens, _MOST_TOKENS)
        self.prompt = self._filled() + rejected(self.prompts, self.key, self.checks, reply.text)

    def _filled(self) -> str:
        return self.prompts[self.ask.template].fill({**self.ask.values, "key": self.key})
