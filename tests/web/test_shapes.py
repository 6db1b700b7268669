"""Whatever a request says is understood or refused: no validator has a third way out."""

import json
import string
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from aqumen.errors import InvalidOrder
from aqumen.order import Order
from aqumen.store.listing import page_of
from aqumen.store.records import NEWEST_FIRST, Filter
from aqumen.web.branch_shapes import ForkParameters, RejudgeParameters
from aqumen.web.bulk_shapes import ExportOrder, RunIds
from aqumen.web.generate import StreamParameters
from aqumen.web.insight_shapes import BehindQuery, InsightsQuery
from aqumen.web.list_shapes import RunsQuery
from aqumen.web.play_shapes import AnswerParameters
from aqumen.web.prompt_shapes import (
    ActivateParameters,
    RevertParameters,
    SaveParameters,
    UpdateParameters,
)
from aqumen.web.reading import cursor_of
from aqumen.web.runs import _wanted
from aqumen.web.shapes import EventsQuery, RunParameters, TopicOnly, key_of
from aqumen.web.ticket_shapes import TicketParameters

USES: dict[type[BaseModel], Callable[[Any], object] | None] = {
    TopicOnly: None,
    RunParameters: RunParameters.order,
    StreamParameters: StreamParameters.order,
    EventsQuery: None,
    RunsQuery: lambda asked: (asked.filter(), asked.sorting()),
    ForkParameters: None,
    RejudgeParameters: lambda asked: asked.models,
    RunIds: RunIds.each,
    ExportOrder: ExportOrder.each,
    TicketParameters: None,
    AnswerParameters: AnswerParameters.chosen,
    InsightsQuery: lambda asked: asked.scope(simulated=True),
    BehindQuery: lambda asked: (asked.scope(simulated=True), asked.mark()),
    SaveParameters: None,
    ActivateParameters: None,
    RevertParameters: None,
    UpdateParameters: UpdateParameters.edit,
}
"""What a request may say, and what its route makes of it."""
REFUSED = (ValidationError, InvalidOrder)

MEANT = ["full", "day", "step", "0001-01-01", "9999-12-31", "-1", "3", "true", "judge", "ab" * 6]
UNMEANT = ["", "\x00", "\u2028", "\ud800", "\u1fef ", "NaN", "1e400", "2026-11-22T09:00:00+14:00"]
WORDS = st.sampled_from(MEANT) | st.sampled_from(UNMEANT)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=220) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=3)
    ),
    max_leaves=6,
)
HEADERS = st.text(st.characters(max_codepoint=255), max_size=80)


def of_fields(shape: type[BaseModel]) -> st.SearchStrategy[object]:
    """Return what may be sent for a shape: its fields with anything in them, or anything at all."""
    names = st.sampled_from(sorted(shape.model_fields))
    return st.dictionaries(names, ANYTHING, max_size=4) | ANYTHING


@pytest.mark.parametrize("shape", USES, ids=lambda shape: shape.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_a_shape_is_taken_and_used_or_refused(shape: type[BaseModel], data: st.DataObject) -> None:
    said = data.draw(of_fields(shape))
    use = USES[shape]
    with suppress(*REFUSED):
        taken = shape.model_validate(said)
        if use is not None:
            use(taken)
        json.dumps(taken.model_dump(mode="json")).encode()


@given(st.text(max_size=230) | WORDS, st.none() | st.text(max_size=230))
def test_an_order_that_is_taken_is_one_line_that_shows_and_is_taken_again(
    topic: str, subtopic: str | None
) -> None:
    try:
        order = Order(topic=topic, subtopic=subtopic)
    except ValidationError:
        return

    assert 3 <= len(order.topic) <= 200
    assert order.topic == order.topic.strip()
    assert len(f"{order.topic} {order.subtopic}".splitlines()) == 1
    assert Order.model_validate(order.model_dump()) == order


@given(HEADERS | st.from_regex(r"[0-9A-Za-z]{0,70}:[0-9]{0,12}", fullmatch=True))
def test_a_cursor_of_a_stream_is_one_or_is_refused(said: str) -> None:
    with suppress(InvalidOrder):
        run_id, seq = cursor_of(said)
        assert said.strip() == f"{run_id}:{said.strip().rpartition(':')[2]}"
        assert 0 <= seq < 10**9


@given(st.binary(max_size=60).map(bytes.hex) | st.text(string.hexdigits, max_size=40))
def test_a_cursor_of_a_list_that_nobody_was_given_is_refused(said: str) -> None:
    with pytest.raises(InvalidOrder):
        page_of(Filter(), NEWEST_FIRST, said)


@given(HEADERS | st.from_regex(r"([a-z*]+/[a-z*-]+(;q=[0-9.]*)?,? ?)*", fullmatch=True))
def test_any_accept_header_chooses_a_form_or_is_told_there_is_none(accept: str) -> None:
    refused = None
    try:
        chosen = _wanted(accept)
    except HTTPException as error:
        refused = error.status_code
    else:
        assert chosen in {"application/json", "text/event-stream", "application/x-ndjson"}
    assert refused in {None, 406}


@given(HEADERS)
def test_any_idempotency_key_stands_for_an_id_that_can_be_stored(said: str) -> None:
    found = key_of(said)

    assert (found is None) is (said == "")
    assert found is None or (found.isascii() and len(found) <= 64)


@pytest.mark.parametrize("unchosen", [{}, {"rigor": None}, {"rigor": ""}])
def test_a_rigor_that_nobody_chose_is_that_of_a_single_sample(unchosen: dict[str, Any]) -> None:
    order = RunParameters.model_validate({"topic": "GRPO in RL", **unchosen}).order()

    assert order.rigor == "single-sample"


@pytest.mark.parametrize("said", ["Certified", " certified", "certified\n", 3, True, ["certified"]])
def test_a_rigor_that_is_almost_one_is_refused_and_never_a_cheaper_one(said: Any) -> None:
    with pytest.raises(ValidationError):
        RunParameters.model_validate({"topic": "GRPO in RL", "rigor": said})


@pytest.mark.parametrize("field", ["prompts", "models"])
def test_a_fork_says_how_many_changes_it_takes(field: str) -> None:
    assert ForkParameters.model_json_schema()["properties"][field]["maxProperties"] == 32
    with pytest.raises(ValidationError, match="at most 32 entries"):
        ForkParameters.model_validate(
            {"from_step": 3, field: dict.fromkeys(map(str, range(33)), "x")}
        )
