"""One question to a model, over the answers it takes to get it right."""

import hashlib
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from aqumen.events import Call, Check
from aqumen.models.cancel import Cancel
from aqumen.models.processor import PROCESSOR
from aqumen.models.request import reply_of
from aqumen.steps.contract import Ask, Outcome, StepKind
from aqumen.steps.rejection import rejected
from aqumen.templates import Prompts

T = TypeVar("T")

_MOST_TOKENS = 16_000
"""Room for an answer that was cut short twice."""


def key_of(run_id: str, attempt: int, template: str, answer: int) -> str:
    """Return the word that marks untrusted text in one prompt of a run.

    Whoever wrote that text cannot know it. Run ids are unguessable and given after the topic, and
    a prompt shares its key with none that came before it: the model whose answer is judged has
    not seen the judge's. Steps 4 and 5 ask in the same words, key included.
    """
    place = f"key {run_id} {attempt} {template} {answer}"
    return hashlib.sha256(place.encode()).hexdigest()[:10]


@dataclass(slots=True)
class Draft(Generic[T]):
    """What is put to the model next, and what became of its last answer."""

    label: str
    kind: StepKind[T]
    prompts: Prompts
    run_id: str
    attempt: int
    ask: Ask = field(init=False)
    prompt: str = field(init=False)
    max_tokens: int = field(init=False)
    outcome: Outcome[T] | None = None
    answers: int = 0
    """How many there were."""

    def __post_init__(self) -> None:
        self.ask = self.kind.ask()
        self.prompt = self._filled(self._next_key())
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

    def answered(self, call: Call, cancel: Cancel) -> None:
        """Check an answer, and prepare to ask again if it is rejected."""
        reply = reply_of(call)
        self.answers += 1
        with PROCESSOR.turn(cancel):
            self.outcome = self.kind.accept(reply)
        if self.accepted:
            return
        if reply.stop_reason == "max_tokens":
            self.max_tokens = min(2 * self.max_tokens, _MOST_TOKENS)
        key = self._next_key()
        self.prompt = self._filled(key) + rejected(self.prompts, key, self.checks, reply.text)

    def _next_key(self) -> str:
        return key_of(self.run_id, self.attempt, self.ask.template, self.answers + 1)

    def _filled(self, key: str) -> str:
        return self.prompts[self.ask.template].fill({**self.ask.values, "key": key})
