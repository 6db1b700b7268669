"""Have answers judged of which people have said which mistakes they make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from aqumen.errors import ModelFailed
from aqumen.judging import panel
from aqumen.judging.blinding import shuffled
from aqumen.judging.findings import Findings
from aqumen.judging.presence import Seen
from aqumen.material import Answer, Catalog, Question
from aqumen.models.cancel import Cancel
from aqumen.steps.judgement import Judgement

from .asking import Desk, NeverValidated, Telling, Turn
from .cast import JUDGING
from .draft import Draft
from .judges import judged_by
from .together import together


@dataclass(frozen=True, slots=True)
class Labelled:
    """An answer as a judge sees it, and what people say of it."""

    topic: str
    question: Question
    answer: Answer
    entries: Catalog
    made: Mapping[str, bool]
    """By entry; without those that people could not decide."""


class Compared(NamedTuple):
    """One label, and what the judges make of it."""

    made: bool
    each: tuple[Seen, ...]
    """Of every judge alone."""
    together: Seen


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Puts labelled answers to judges, as a run would put them."""

    desk: Desk
    judges: tuple[str, ...]
    """The models, one or two."""

    def prompts(self, items: Sequence[Labelled]) -> Iterator[tuple[str, str]]:
        """Yield each judge's model and what it is asked first, of every answer."""
        for number, item in enumerate(items, 1):
            for judge, model in enumerate(self.judges):
                label, kind = self._judgement(judge, number, item)
                scope = self.desk.scope
                yield model, Draft(label, kind, self.desk.prompts, scope.run_id, number).prompt

    def compare(self, items: Sequence[Labelled]) -> Telling[list[Compared]]:
        """Have all answers judged by every judge; return what they make of every label.

        A judgement that is never in form, or never comes, says nothing. Raises a ModelFailed that
        other answers would meet as well.
        """
        parts = [partial(self._opinions, number, item) for number, item in enumerate(items, 1)]
        given = yield from together(self.desk.scope.cancel, parts, self.desk.calls_at_once)
        return [
            _compared(item, name, opinions)
            for item, opinions in zip(items, given, strict=True)
            for name in item.made
        ]

    def _opinions(
        self, number: int, item: Labelled, cancel: Cancel
    ) -> Telling[list[Findings | None]]:
        opinions: list[Findings | None] = []
        for judge in range(len(self.judges)):
            opinions += [(yield from self._opinion(judge, number, item, cancel))]
        return opinions

    def _opinion(
        self, judge: int, number: int, item: Labelled, cancel: Cancel
    ) -> Telling[Findings | None]:
        desk = replace(self.desk, scope=self.desk.scope.with_cancel(cancel))
        label, kind = self._judgement(judge, number, item)
        turn = Turn(JUDGING, number, self.judges[judge])
        try:
            yield desk.started(turn)
            return (yield from desk.answers(turn, {label: kind}))[label]
        except NeverValidated:
            return None
        except ModelFailed as failed:
            cancel.check()
            if not failed.retryable:
                raise
            return None

    def _judgement(self, judge: int, number: int, item: Labelled) -> tuple[str, Judgement]:
        label = judged_by(judge, f"answer {number}")
        entries = shuffled(item.entries, f"{self.desk.scope.run_id} {label}")
        return label, Judgement(item.topic, item.question, item.answer, entries)


def _compared(item: Labelled, name: str, opinions: Sequence[Findings | None]) -> Compared:
    def found(by: Sequence[Findings | None]) -> Seen:
        return panel.found(name, by, item.answer, item.question)

    return Compared(item.made[name], tuple(found([one]) for one in opinions), found(opinions))
