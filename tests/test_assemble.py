"""The server, put together from settings."""

from pathlib import Path

import pytest

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
    assert set(warnings) <= set(logged)


def test_models_with_a_long_life_ahead_are_started_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(tmp_path) as up:
        eventually(lambda: up.parts.ready)

    assert not [record for record in caplog.records if record.name == "aqumen.assemble"]
