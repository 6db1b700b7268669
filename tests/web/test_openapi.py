"""What the OpenAPI document says of the API."""

import json
from typing import Any

import pytest
import requests
from pydantic import BaseModel, TypeAdapter

from aqumen.archive.reading import read
from aqumen.events import AnyEvent, Final
from aqumen.web.answers import Branched
from aqumen.web.bulk_shapes import Removal
from aqumen.web.foreseen import Foreseen
from aqumen.web.problems import Problem
from aqumen.web.prompt_shapes import (
    PromptDetail,
    PromptDiff,
    PromptList,
    SavedAnswer,
    Updated,
    VersionText,
)

EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
"""Knows every field, and takes no other."""


@pytest.fixture
def document(url: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{url}/openapi.json", timeout=30).json()
    return found


def answers(
    document: dict[str, Any], place: str, method: str = "get", status: int = 200
) -> dict[str, Any]:
    """Return what a call may answer when it succeeds: the example, by media type."""
    content = document["paths"][place][method]["responses"][str(status)]["content"]
    names = {media: said["examples"]["A run"]["$ref"] for media, said in content.items()}
    shared = document["components"]["examples"]
    return {media: shared[name.rpartition("/")[2]]["value"] for media, name in names.items()}


def test_the_openapi_document_has_every_route_and_examples_of_requests(
    document: dict[str, Any],
) -> None:
    assert {"/health", "/api/models", "/api/generate-stream", "/api/generate"} <= set(
        document["paths"]
    )
    assert "GRPO in RL" in json.dumps(document["paths"])
    assert not [place for place in document["paths"] if place.startswith("/docs")]


def test_the_example_of_a_stream_is_one_and_nothing_else_is_offered(
    document: dict[str, Any],
) -> None:
    said = answers(document, "/api/generate-stream")
    first, *blocks = said["text/event-stream"].removesuffix("\n\n").split("\n\n")

    assert list(said) == ["text/event-stream"]
    assert first == "retry: 3000"
    for number, block in enumerate(blocks, start=1):
        name, data, event_id = block.split("\n")
        event = EVENTS.validate_json(data.removeprefix("data: "))
        assert name == f"event: {event.name}"
        assert event_id == f"id: {event.run_id}:{number}"
        assert event.seq == number


def test_the_examples_of_a_log_are_the_same_run_in_three_forms(document: dict[str, Any]) -> None:
    said = answers(document, "/api/runs/{run_id}/events")
    snapshot = said["application/json"]
    stream = said["text/event-stream"].split("\n")

    lines = [json.loads(line) for line in said["application/x-ndjson"].splitlines()]
    data = [json.loads(line[6:]) for line in stream if line.startswith("data: ")]

    assert lines == snapshot
    assert data == [item["data"] for item in snapshot]
    assert [item["event"] for item in snapshot][-2:] == ["step", "done"]


def test_the_example_of_a_result_is_one(document: dict[str, Any]) -> None:
    said = answers(document, "/api/generate", "post")["application/json"]

    final = Final.model_validate_json(json.dumps(said))

    assert final.model_dump(mode="json") == said
    assert final.assessment is not None
    for span in final.assessment.errors:
        assert f"<<{span.id}>>" in final.assessment.code[span.line - 1]


def test_the_examples_of_branches_are_what_they_answer(document: dict[str, Any]) -> None:
    fork, rejudge = "/api/runs/{run_id}/fork", "/api/runs/{run_id}/rejudge"

    for place, kind in ((fork, "fork"), (rejudge, "rejudge")):
        said = answers(document, place, "post", 202)["application/json"]
        assert Branched.model_validate(said).model_dump(mode="json") == said
        assert said["kind"] == kind
    seen = answers(document, fork, "post")["application/json"]
    assert Foreseen.model_validate(seen).model_dump(mode="json") == seen
    assert sum(call["cost_usd"] for call in seen["calls"]) == seen["estimate"]["cost_usd"]
    schema = document["paths"][fork]["post"]["responses"]["200"]["content"]["application/json"]
    assert schema["schema"]["$ref"].endswith("/Foreseen")


PROMPT = "/api/prompts/{step}"


@pytest.mark.parametrize(
    ("place", "method", "kind"),
    [
        ("/api/runs/delete", "post", Removal),
        ("/api/prompts", "get", PromptList),
        (PROMPT, "get", PromptDetail),
        (PROMPT, "put", SavedAnswer),
        (f"{PROMPT}/versions/{{number}}", "get", VersionText),
        (f"{PROMPT}/diff", "get", PromptDiff),
        (f"{PROMPT}/activate", "post", PromptDetail),
        (f"{PROMPT}/revert", "post", PromptDetail),
        ("/api/update-prompt", "post", Updated),
    ],
)
def test_the_examples_of_bulk_and_prompts_are_what_they_answer(
    document: dict[str, Any], place: str, method: str, kind: type[BaseModel]
) -> None:
    said = answers(document, place, method)["application/json"]
    schema = document["paths"][place][method]["responses"]["200"]["content"]["application/json"]

    assert kind.model_validate(said).model_dump(mode="json") == said
    assert schema["schema"]["$ref"].endswith(f"/{kind.__name__}")


def test_the_examples_of_an_export_are_the_run_of_the_log_in_three_forms(
    document: dict[str, Any],
) -> None:
    said = answers(document, "/api/runs/{run_id}/export")
    log = answers(document, "/api/runs/{run_id}/events")

    file = json.dumps(said["application/json"], ensure_ascii=False).encode()
    assert read(file).run.order.topic == "GRPO in RL"
    assert said["application/json"]["events"] == log["application/json"]
    assert said["application/x-ndjson"] == log["application/x-ndjson"]
    assert said["text/markdown"].startswith("# GRPO in RL\n")


def test_every_error_is_described_as_a_problem_with_an_example(document: dict[str, Any]) -> None:
    errors = [
        (int(status), answer["content"])
        for methods in document["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if int(status) >= 400
    ]

    assert len(errors) > 20
    assert "Problem" in document["components"]["schemas"]
    for status, content in errors:
        assert list(content) == ["application/problem+json"]
        said = content["application/problem+json"]
        assert said["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert Problem.model_validate(said["example"]).status == status


def test_what_a_body_may_be_refused_for_before_it_is_understood_is_named(
    document: dict[str, Any],
) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                assert {"400", "408", "413"} <= operation["responses"].keys()
