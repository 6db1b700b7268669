"""Front door for Python: the pipeline under the names of the client's document."""

import uuid
import weakref
from collections.abc import Generator
from dataclasses import dataclass
from typing import Self, TypedDict

from pydantic import ValidationError

from aqumen.assemble import cast_of
from aqumen.errors import AqumenError, InvalidOrder, ShuttingDown
from aqumen.events import Assessment, Final, Metadata, Rigor
from aqumen.events import Step as PipelineStep
from aqumen.machinery import build
from aqumen.models.asking import RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.order import Order
from aqumen.pipeline.plan import Plan
from aqumen.settings import Settings
from aqumen.templates import Prompts
from aqumen.web.wording import in_words

__all__ = ["AdversarialPipeline", "FinalItem", "PipelineStep", "SevenStepResult"]


@dataclass(frozen=True, slots=True)
class SevenStepResult:
    """How a run ended."""

    topic: str
    final_success: bool
    differentiation_achieved: bool
    total_attempts: int
    stopped_at_step: int
    reason: str | None
    steps: tuple[PipelineStep, ...]
    metadata: Metadata


class FinalItem(TypedDict):
    """The last item of a streamed run."""

    final_result: SevenStepResult
    assessment: Assessment | None


class AdversarialPipeline:
    """The seven steps on the models and the model service that the environment names."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Connect to the model service; raises a ModelFailed if that cannot be done."""
        self._settings = settings or Settings()
        self._machinery = build(self._settings, KnownModels.read(self._settings.models_file))
        self._prompts = Prompts.shipped()
        self._closer = weakref.finalize(self, self._machinery.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def run_full_pipeline_streaming(
        self, topic: str, max_attempts: int = 3, rigor: Rigor = "single-sample"
    ) -> Generator[PipelineStep | FinalItem]:
        """Yield each step as it is answered, then a dict of the result and the assessment.

        A higher rigor takes more answers between steps 6 and 7; they are not yielded.

        Raises InvalidOrder at once for what cannot be run, and another AqumenError when the run
        fails.
        """
        if not self._closer.alive:
            raise ShuttingDown("This pipeline has been closed.")
        return self._streamed(self._plan(topic, max_attempts, rigor))

    def _streamed(self, plan: Plan) -> Generator[PipelineStep | FinalItem]:
        steps: list[PipelineStep] = []
        for item in self._machinery.pipeline.run(plan, _scope()):
            if isinstance(item, PipelineStep):
                steps.append(item)
                yield item
            elif isinstance(item, Final):
                yield FinalItem(
                    final_result=_result(plan.order.topic, item, tuple(steps)),
                    assessment=item.assessment,
                )

    def run_full_pipeline(
        self, topic: str, max_attempts: int = 3, rigor: Rigor = "single-sample"
    ) -> SevenStepResult:
        """Run to the end and return the result; raises as the streaming method does."""
        *_, last = self.run_full_pipeline_streaming(topic, max_attempts, rigor)
        if not isinstance(last, dict):
            raise AqumenError
        return last["final_result"]

    def close(self) -> None:
        """Close what it opened; also done when it is no longer used."""
        self._closer()

    def _plan(self, topic: str, max_attempts: int, rigor: Rigor) -> Plan:
        try:
            order = Order(topic=topic, max_attempts=max_attempts, rigor=rigor)
        except ValidationError as wrong:
            first = wrong.errors()[0]
            raise InvalidOrder(f"{first['loc'][0]} {in_words(dict(first))}.") from wrong
        return Plan(
            order,
            cast_of(self._settings),
            self._prompts,
            simulated=self._settings.simulated,
            calls_at_once=self._settings.calls_per_run,
        )


def _scope() -> RunScope:
    return RunScope(uuid.uuid4().hex, Cancel())


def _result(topic: str, final: Final, steps: tuple[PipelineStep, ...]) -> SevenStepResult:
    return SevenStepResult(
        topic=topic,
        final_success=final.success,
        differentiation_achieved=final.differentiation_achieved,
        total_attempts=final.total_attempts,
        stopped_at_step=final.stopped_at_step,
        reason=final.reason,
        steps=steps,
        metadata=final.metadata,
    )
