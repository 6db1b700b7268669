"""Prompts that are repeated and long enough are cached, and what that saves is in the usage."""

from dataclasses import replace

import pytest

from aqumen.events import Usage
from aqumen.models.bedrock.order import order
from aqumen.models.cancel import Cancel
from aqumen.models.estimate import CHARACTERS_PER_TOKEN
from aqumen.models.facts import ModelFacts
from aqumen.models.known import KnownModels
from aqumen.models.request import Request
from fakes.bedrock import both_ends

WEAK = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
FLOOR = 4096
LONG = "word " * FLOOR
REPEATED = Request(WEAK, LONG, repeated=True)
FACTS = KnownModels.shipped().facts(WEAK)


def marked(request: Request, facts: ModelFacts = FACTS, *, cache: bool = True) -> bool:
    return any(
        "cachePoint" in each
        for each in order(request, facts, cache=cache)["messages"][0]["content"]
    )


def test_the_floor_of_the_weak_model_is_known() -> None:
    assert FACTS.cache_floor == FLOOR


@pytest.mark.parametrize(
    ("request_", "facts", "cache"),
    [
        (REPEATED, FACTS, False),
        (replace(REPEATED, repeated=False), FACTS, True),
        (replace(REPEATED, prompt="x" * (FLOOR * CHARACTERS_PER_TOKEN - 4)), FACTS, True),
        (REPEATED, ModelFacts(name="Unknown"), True),
    ],
    ids=["switched off", "asked once", "too short", "no known floor"],
)
def test_a_prompt_is_not_marked_where_that_would_cost_more(
    request_: Request, facts: ModelFacts, cache: bool
) -> None:
    assert marked(REPEATED)
    assert not marked(request_, facts, cache=cache)


def test_a_repeated_prompt_is_written_once_and_then_read_at_a_tenth_of_the_price() -> None:
    with both_ends(cache_prompts=True) as ends:
        first, second = (
            ends.bedrock.answer(REPEATED, Cancel()).usage,
            ends.bedrock.answer(REPEATED, Cancel()).usage,
        )
        cost = [ends.known.cost_usd(WEAK, usage) for usage in (first, second)]
    prices = FACTS.prices

    assert prices is not None
    assert (first.cache_write_tokens, first.cache_read_tokens) == (len(LONG) // 4, 0)
    assert (second.cache_write_tokens, second.cache_read_tokens) == (0, len(LONG) // 4)
    assert first.input_tokens == second.input_tokens
    written = len(LONG) // 4 / 1e6
    assert cost[0] - cost[1] == pytest.approx(written * (prices.cache_write - prices.cache_read))


def test_without_the_setting_nothing_is_cached_and_another_prompt_finds_nothing() -> None:
    with both_ends() as ends:
        plain = [ends.bedrock.answer(REPEATED, Cancel()).usage for _ in range(2)]
    with both_ends(cache_prompts=True) as ends:
        ends.bedrock.answer(REPEATED, Cancel())
        other = ends.bedrock.answer(replace(REPEATED, prompt="other " + LONG), Cancel()).usage

    assert all(usage.cache_read_tokens + usage.cache_write_tokens == 0 for usage in plain)
    assert plain[0] == Usage(
        input_tokens=plain[0].input_tokens, output_tokens=plain[0].output_tokens
    )
    assert other.cache_read_tokens == 0
    assert other.cache_write_tokens > 0
