"""Runs whose store tells a witness what happens."""

from collections.abc import Generator
from contextlib import closing, contextmanager

from aqumen.runs.house import House
from aqumen.runs.limits import Limits
from aqumen.runs.runs import Runs
from aqumen.store.store import Store
from aqumen.store.witness import Witness
from aqumen.templates import Prompts

from .models import ScriptedModel
from .pipelines import CAST, offline_model, pipeline_on


@contextmanager
def witnessed(url: str, witness: Witness, model: ScriptedModel | None = None) -> Generator[Runs]:
    """Open one worker's runs on a database; several share it, as several processes would."""
    pipeline = pipeline_on(model or offline_model())
    house = House(CAST, Prompts.shipped(), simulated=True)
    with closing(Store(url, lease_seconds=2.0, witness=witness)) as store:
        runs = Runs(store, lambda _cancel: pipeline, house, Limits())
        runs.open()
        try:
            yield runs
        finally:
            runs.close(2.0)
