"""Prices, capabilities and ends of life are found by model id."""

import re
from datetime import date
from pathlib import Path

import pytest

from aqumen.events import Usage
from aqumen.models.known import KnownModels, public_id
from fakes.bedrock import NEWEST, OPUS, PROFILE

MILLION = Usage(
    input_tokens=1_000_000,
    output_tokens=1_000_000,
    cache_read_tokens=1_000_000,
    cache_write_tokens=1_000_000,
)


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        (OPUS, "Claude Opus 4.6"),
        ("us.anthropic.claude-sonnet-4-6", "Claude Sonnet 4.6"),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "Claude Haiku 4.5"),
        ("anthropic.claude-haiku-4-5-20251001-v1:0:200k", "Claude Haiku 4.5"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "Claude Sonnet 4.5"),
        ("anthropic.claude-sonnet-4-20250514-v1:0", "Claude Sonnet 4"),
        (NEWEST, "Claude Opus 5.5"),
        ("eu.anthropic.claude-opus-5", "Claude Opus 5"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
            "us.anthropic.claude-sonnet-4-6",
            "Claude Sonnet 4.6",
        ),
    ],
)
def test_finds_the_family_of_every_form_of_id(model_id: str, name: str) -> None:
    assert KnownModels.shipped().facts(model_id).name == name


@pytest.mark.parametrize(
    "model_id", ["us.anthropic.claude-opus-5-6", "amazon.nova-pro-v1:0", PROFILE, "", "claude"]
)
def test_trusts_an_unknown_model_with_everything(model_id: str) -> None:
    facts = KnownModels.shipped().facts(model_id)

    assert (facts.forced_tool, facts.temperature, facts.priced) == (True, True, False)
    assert KnownModels.shipped().cost_usd(model_id, MILLION) == 0.0


@pytest.mark.parametrize(
    ("model_id", "dollars"),
    [
        ("global.anthropic.claude-opus-4-6-v1", 5 + 25 + 0.5 + 6.25),
        (OPUS, 1.1 * (5 + 25 + 0.5 + 6.25)),
        ("anthropic.claude-opus-4-6-v1", 1.1 * (5 + 25 + 0.5 + 6.25)),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", 1 + 5 + 0.1 + 1.25),
        ("global.anthropic.claude-opus-5-5", 4 + 20 + 0.2 + 5),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", 3 + 15 + 0.3 + 3.75),
    ],
)
def test_charges_regional_endpoints_a_tenth_more_from_4_5_on(model_id: str, dollars: float) -> None:
    assert KnownModels.shipped().cost_usd(model_id, MILLION) == pytest.approx(dollars)


OWN = """
[[model]]
id = "{profile}"
prices = {{ input = 1, output = 2.5, cache_read = 0, cache_write = 1.25 }}
max_output_tokens = 8000

[[model]]
id = "{opus}"
prices = {{ input = 4, output = 20, cache_read = 0.4, cache_write = 5 }}
"""


def test_what_an_operator_says_of_a_model_goes_before_what_is_known(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text(OWN.format(profile=PROFILE, opus=OPUS), "utf-8")

    known, shipped = KnownModels.read(file), KnownModels.shipped()

    assert known.cost_usd(PROFILE, MILLION) == 1 + 2.5 + 1.25
    assert known.facts(PROFILE).max_output_tokens == 8000
    assert known.facts(PROFILE).name == shipped.facts(PROFILE).name
    assert known.warnings([PROFILE], date(2026, 11, 22)) == []
    assert known.cost_usd(OPUS, MILLION) == pytest.approx(4 + 20 + 0.4 + 5), "as it stands"
    assert known.facts(OPUS).max_output_tokens == shipped.facts(OPUS).max_output_tokens
    elsewhere = OPUS.replace("us.", "global.")
    assert known.facts(elsewhere) == shipped.facts(elsewhere)
    known.learn(PROFILE, "temperature")
    assert not known.facts(PROFILE).temperature


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[[model]]\nid = ", "is not written in TOML: "),
        ("models = []", "model: Field required"),
        ("[[model]]\nid = 'a'\nprice = 3", "model.0.price: Extra inputs"),
        ("[[model]]\nid = 'a'\nprices = { input = 1 }", "model.0.prices.output: Field required"),
        (OWN.format(profile="a", opus="b").replace("2.5", "-2.5"), "model.0.prices.output: Input"),
        (OWN.format(profile="a", opus="b").replace("2.5", "nan"), "model.0.prices.output: Input"),
        ("[[model]]\nid = 'a'\nmax_output_tokens = 0", "model.0.max_output_tokens: Input"),
        ("[[model]]\nid = 'a'\ncache_floor = -1", "model.0.cache_floor: Input"),
        ("[[model]]\nid = 'a'\n[[model]]\nid = 'a'", "model: Value error, a is there 2 times"),
    ],
)
def test_what_is_wrong_with_an_operators_file_is_said_with_its_place(
    tmp_path: Path, written: str, said: str
) -> None:
    file = tmp_path / "models.toml"
    file.write_text(written, "utf-8")

    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        KnownModels.read(file)


def test_learns_what_a_model_refuses_once_and_for_that_model_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    known = KnownModels.shipped()

    known.learn(PROFILE, "forced_tool")
    known.learn(PROFILE, "forced_tool")
    known.learn(PROFILE, "temperature")

    assert not known.facts(PROFILE).forced_tool
    assert not known.facts(PROFILE).temperature
    assert known.facts(OPUS).forced_tool
    assert KnownModels.shipped().facts(PROFILE).forced_tool
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), "in 60 days"),
        (date(2026, 11, 29), "in 1 days"),
        (date(2026, 11, 30), "reached its end of life on 2026-11-30"),
    ],
)
def test_warns_sixty_days_before_an_end_of_life(today: date, said: str | None) -> None:
    sonnet = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"

    warnings = KnownModels.shipped().warnings([sonnet, OPUS, sonnet], today)

    assert len(warnings) == (said is not None)
    assert said is None or said in warnings[0]


def test_warns_that_an_unknown_model_is_counted_as_free() -> None:
    (warning,) = KnownModels.shipped().warnings([PROFILE], date(2026, 11, 22))

    assert "No price is known" in warning


def test_an_account_number_is_nobodys_business() -> None:
    said = KnownModels.shipped().warnings([PROFILE], date(2026, 11, 22))

    assert public_id(PROFILE) == "application-inference-profile/abc123"
    assert public_id(OPUS) == OPUS
    assert "123456789012" not in " ".join(said)
    assert "123456789012" not in KnownModels.shipped().facts(PROFILE).name
