"""The server, put together from settings."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from aqumen.access.keys import Keyring
from aqumen.assemble import _about, _limits, cast_of
from aqumen.models.known import KnownModels
from aqumen.runs.house import House
from aqumen.settings import Settings
from aqumen.templates import Prompts
from aqumen.terms import Terms
from aqumen.web.about import models
from aqumen.web.parts import Parts
from fakes.eventually import eventually
from fakes.serving import serving

RETIRED = "us.anthropic.claude-opus-4-20250514-v1:0"


def test_a_model_near_the_end_of_its_life_is_warned_about_when_the_server_starts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(tmp_path, model_weak=RETIRED) as up:
        eventually(lambda: up.parts.ready)
        warnings = up.parts.about.warnings()

    logged = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert RETIRED in warnings[0]
    assert "end of life" in warnings[0]
    assert warnings[0] in logged


def test_models_with_a_long_life_ahead_and_a_price_are_started_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "models.toml"
    prices = "{ input = 1, output = 5, cache_read = 0.1, cache_write = 1.25 }"
    own.write_text(f'[[model]]\nid = "someone.new-1"\nprices = {prices}\n', "utf-8")

    with serving(tmp_path, model_weak="someone.new-1", models_file=own) as up:
        eventually(lambda: up.parts.ready)

    assert not [record for record in caplog.records if record.name == "aqumen.assemble"]


@pytest.mark.parametrize(("auth", "warned"), [(None, True), ("required", False)])
def test_keys_that_neighbours_do_not_need_are_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, auth: str | None, warned: bool
) -> None:
    with serving(tmp_path, auth=auth, api_keys="[]"):
        eventually(lambda: not warned or "AQUMEN_AUTH=required" in caplog.text)

    assert ("AQUMEN_AUTH=required" in caplog.text) == warned


def test_a_second_judge_is_named_among_the_models_with_what_is_to_be_doubted_of_it() -> None:
    settings = Settings(model_judge_2=Settings().model_weak)
    house = House(cast_of(settings), Prompts.shipped(), simulated=False)
    about = _about(settings, KnownModels.shipped(), house, lambda: True)

    said = asyncio.run(models(cast(Parts, SimpleNamespace(about=about))))

    assert said.models["judge_2"].id == settings.model_weak
    assert "both judges" in said.models["judge_2"].purpose
    assert any("second judge is the weak-tier model" in warning for warning in said.warnings)
    assert any("The judge is the model that writes" in warning for warning in said.warnings)


def test_what_a_run_is_held_to_is_what_the_environment_says_when_it_is_made() -> None:
    settings = Settings(calls_per_run=3, run_deadline_seconds=60.0, run_budget_usd=0.5)
    limits, usual = _limits(settings, Keyring()), _limits(Settings(), Keyring())

    assert limits.terms("screened") == Terms(calls_at_once=3, deadline_seconds=60, budget_usd=0.5)
    assert usual.terms("single-sample").calls_at_once == 2
    assert usual.terms("certified") == Terms(
        calls_at_once=8, deadline_seconds=1800, budget_usd=None
    )
