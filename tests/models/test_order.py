"""A request is put into Bedrock's words, without what the model does not take."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.models.bedrock.order import order, refused
from aqumen.models.facts import ModelFacts
from aqumen.models.request import Request, Tool

TOOL = Tool("notes_tool", "Takes notes.", {"type": "object"})
PLAIN = ModelFacts(name="Plain")
PICKY = ModelFacts(name="Picky", forced_tool=False, temperature=False)


def test_forces_the_tool_where_the_model_takes_that() -> None:
    asked = order(Request("m", "p", TOOL), PLAIN)

    assert asked["toolConfig"]["toolChoice"] == {"tool": {"name": "notes_tool"}}
    assert "system" not in asked


def test_offers_the_tool_with_an_instruction_where_it_does_not() -> None:
    asked = order(Request("m", "p", TOOL), PICKY)

    assert asked["toolConfig"]["toolChoice"] == {"auto": {}}
    assert "notes_tool" in asked["system"][0]["text"]
    assert asked["messages"][0]["content"] == [{"text": "p"}]


def test_leaves_out_a_refused_temperature() -> None:
    asked = Request("m", "p", temperature=0.5)

    assert order(asked, PLAIN)["inferenceConfig"]["temperature"] == 0.5
    assert "temperature" not in order(asked, PICKY)["inferenceConfig"]


def test_gives_a_model_that_thinks_room_for_it_within_its_limit() -> None:
    thinker = ModelFacts(name="Thinker", thinking_by_default=True, max_output_tokens=10_000)

    def tokens(asked: int, facts: ModelFacts) -> int:
        return int(
            order(Request("m", "p", max_tokens=asked), facts)["inferenceConfig"]["maxTokens"]
        )

    assert tokens(1000, thinker) == 1000 + 8192
    assert tokens(4000, thinker) == 10_000
    assert tokens(4000, PLAIN) == 4000


@given(st.dictionaries(st.text(max_size=300), st.text(max_size=300), max_size=30))
def test_metadata_is_always_what_the_service_takes(metadata: dict[str, str]) -> None:
    made = order(Request("m", "p", metadata=metadata), PLAIN).get("requestMetadata", {})

    assert len(made) <= 16
    assert all(re.fullmatch(r"[a-zA-Z0-9\s:_@$#=/+,\-.]{1,256}", name) for name in made)
    assert all(re.fullmatch(r"[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}", value) for value in made.values())


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("temperature is deprecated for this model", "temperature"),
        ("`temperature` may only be set to 1 when thinking is enabled", "temperature"),
        ('tool_choice: type "tool" and "any" are not supported for this model', "forced_tool"),
        ("thinking may not be enabled when tool_choice forces tool use", "forced_tool"),
        ("this model does not support the toolchoice field", "forced_tool"),
        ("temperature: member must have value less than or equal to 1", None),
        ("malformed input request", None),
        ("the text field is blank", None),
    ],
)
def test_knows_which_part_a_rejection_objects_to(said: str, part: str | None) -> None:
    asked = order(Request("m", "p", TOOL, temperature=0.5), PLAIN)

    assert refused(said, asked) == part


def test_a_part_that_was_not_sent_cannot_be_refused() -> None:
    asked = order(Request("m", "p", TOOL, temperature=0.5), PICKY)

    assert refused("temperature is deprecated, tool_choice is not supported", asked) is None
