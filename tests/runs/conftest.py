"""Runs on a database of their own, with models that answer from a script."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from aqumen.pipeline.cast import Cast
from aqumen.runs.house import House
from aqumen.runs.limits import Limits
from aqumen.runs.runs import Runs
from aqumen.store.store import Store
from aqumen.templates import Prompts
from fakes.following import OpenRuns
from fakes.models import ScriptedModel
from fakes.pipelines import CAST, offline_model, pipeline_on
from fakes.sqlite import with_tables


@pytest.fixture(autouse=True)
def _short_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the keeper look ten times as often: what it does is tested, not how long it waits."""
    monkeypatch.setattr("aqumen.runs.keeper._TICK_SECONDS", 0.05)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An SQLite file, or what a test that is marked `on_both` asks for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return with_tables(tmp_path / "runs.db")
    wanted: str = request.getfixturevalue("postgres_url")
    return wanted


@pytest.fixture
def open_runs(url: str) -> Iterator[OpenRuns]:
    """Opens a worker's runs; several share the database, as several processes would."""
    with ExitStack() as opened:

        def open_(
            model: ScriptedModel | None = None,
            limits: Limits | None = None,
            lease_seconds: float = 15.0,
            *,
            simulated: bool = True,
            cast: Cast = CAST,
        ) -> Runs:
            kept = Store(url, lease_seconds)
            pipeline = pipeline_on(model or offline_model())
            house = House(cast, Prompts.shipped(), simulated=simulated)
            runs = Runs(kept, lambda _cancel: pipeline, house, limits or Limits())
            runs.open()
            opened.callback(kept.close)
            opened.callback(runs.close, 2.0)
            return runs

        yield open_
