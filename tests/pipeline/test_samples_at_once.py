"""How many answers a run takes at the same time: its own limit, within that of all runs."""

import threading
from dataclasses import replace

import pytest

from aqumen.events import Event, Gate
from aqumen.models.asking import Asker
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.models.patience import Patience
from aqumen.models.request import Reply, Request
from aqumen.models.slots import Slots
from aqumen.pipeline.pipeline import Pipeline
from corrected_7step_pipeline import AdversarialPipeline
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME, plan_of, scope
from fakes.sampling import sample_of, sampled_model


class Crowd:
    """Models whose first so many confirming answers are given together, and not before."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._models = sampled_model()
        self._lock = threading.Lock()
        self._open = 0
        self.most = 0
        self._too_many = threading.Event()

    def answer(self, request: Request, cancel: Cancel) -> Reply:
        with self._lock:
            self._open += 1
            self.most = max(self.most, self._open)
            if self.most > self._size:
                self._too_many.set()
        try:
            if self._is_first(request):
                eventually(lambda: self.most >= self._size)
                # One more than allowed would come now, while these are open.
                self._too_many.wait(0.2)
            return self._models.answer(request, cancel)
        finally:
            with self._lock:
                self._open -= 1

    def _is_first(self, request: Request) -> bool:
        tier, phase, index = sample_of(request) or ("", "", 0)
        return phase == "confirm" and 2 * index - (tier == "mid") <= self._size


@pytest.mark.parametrize(
    ("of_the_run", "of_all_runs", "at_once"), [(3, 16, 3), (None, 16, 8), (8, 2, 2)]
)
def test_samples_are_taken_at_once_up_to_the_run_s_limit_and_that_of_all_runs(
    of_the_run: int | None, of_all_runs: int, at_once: int
) -> None:
    model = Crowd(at_once)
    asker = Asker(model, KnownModels.shipped(), Patience(0.0, 0.0), Slots(of_all_runs))
    plan = plan_of(FIRST_TIME, rigor="certified", max_attempts=1)

    events = list(Pipeline(asker).run(replace(plan, calls_at_once=of_the_run), scope()))

    assert model.most == at_once
    gates = [event for event in events if isinstance(event, Event) and isinstance(event, Gate)]
    assert [gate.passed for gate in gates] == [True, True]


def test_a_run_s_limit_is_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQUMEN_MODEL_BACKEND", "simulator")
    monkeypatch.setenv("AQUMEN_CALLS_PER_RUN", "3")
    model = Crowd(3)
    with AdversarialPipeline() as pipeline:
        monkeypatch.setattr(pipeline._machinery.asker, "_client", model)
        pipeline.run_full_pipeline(FIRST_TIME, max_attempts=1, rigor="certified")

    assert model.most == 3
