"""The exercise over HTTP, by a student's link."""

from typing import Any

import pytest
import requests

from aqumen.web.play_shapes import Exercise, Scored, Share
from fakes.serving import Served

TOPIC = "GRPO in RL"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def run(served: Served) -> Json:
    answer = requests.post(f"{served.url}/api/generate", json={"topic": TOPIC}, timeout=60)
    found: Json = answer.json()
    return found


def shared(url: str, run: Json) -> str:
    answer = requests.post(f"{url}/api/runs/{run['run_id']}/share", timeout=20)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


def answered(url: str, token: str, marks: list[Json]) -> requests.Response:
    return requests.post(f"{url}/api/play/{token}/answers", json={"marks": marks}, timeout=20)


def test_nothing_gives_the_answers_away_before_there_is_one(url: str, run: Json) -> None:
    token = shared(url, run)
    answer = requests.get(f"{url}/api/play/{token}", timeout=20)
    said = answer.text + str(answer.headers)

    assert shared(url, run) == token
    assert answer.json()["errors_to_find"] == len(run["assessment"]["errors"])
    assert "<<" not in said
    assert ">>" not in said
    assert run["run_id"] not in said
    for error in run["assessment"]["errors"]:
        assert error["description"] not in said
        assert error["mistake"] not in said
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_answer_says_what_was_found_missed_and_chosen_without_reason(
    url: str, run: Json
) -> None:
    token, errors = shared(url, run), run["assessment"]["errors"]
    lines = requests.get(f"{url}/api/play/{token}", timeout=20).json()["lines"]
    first = min(errors, key=lambda error: error["line"])
    line = lines[first["line"] - 1]
    start = line["text"].index(first["id"])
    right = [
        piece for piece in line["pieces"] if piece["start"] < start + 10 and piece["end"] > start
    ]
    wrong = next(
        line
        for line in lines
        if line["pieces"] and line["number"] not in {error["line"] for error in errors}
    )

    said = answered(
        url,
        token,
        [
            *({"line": line["number"], **piece} for piece in right),
            {"line": wrong["number"], **wrong["pieces"][0]},
        ],
    ).json()

    assert [hit["text"] for hit in said["hits"]] == [first["id"]]
    assert said["hits"][0]["explanation"] == first["description"]
    assert {miss["mistake"] for miss in said["misses"]} == {
        error["mistake"] for error in errors if error is not first
    }
    assert [alarm["line"] for alarm in said["false_alarms"]] == [wrong["number"]]


def test_what_is_no_answer_is_refused_in_a_sentence(url: str, run: Json) -> None:
    token = shared(url, run)

    off = answered(url, token, [{"line": 99, "start": 0, "end": 5}])
    many = answered(url, token, [{"line": 1, "start": 0, "end": 5}] * 501)
    text = answered(url, token, [{"line": "1", "start": -1, "end": 5}])

    assert [each.status_code for each in (off, many, text)] == [422] * 3
    assert off.json()["detail"] == "Line 99 has no piece from 0 to 5."
    assert many.json()["detail"] == "marks must have at most 500 entries."
    assert "<<" not in off.text + text.text


def test_a_link_ends_when_it_is_taken_back_and_with_its_run(url: str) -> None:
    run = requests.post(f"{url}/api/generate", json={"topic": "Tides"}, timeout=60).json()
    token, place = shared(url, run), f"{url}/api/runs/{run['run_id']}"

    assert requests.delete(f"{place}/share", timeout=20).status_code == 204
    assert requests.delete(f"{place}/share", timeout=20).status_code == 204
    old = requests.get(f"{url}/api/play/{token}", timeout=20)
    new = shared(url, run)
    requests.delete(place, timeout=20)
    gone = answered(url, new, [])

    assert [old.status_code, gone.status_code] == [404, 404]
    assert old.json()["detail"] == "There is no exercise behind this link. Ask for a new one."
    assert requests.get(f"{url}/api/play/{run['run_id']}", timeout=20).status_code == 404


def test_only_a_run_with_a_question_has_a_link(url: str) -> None:
    step1 = requests.post(f"{url}/api/step1", json={"topic": TOPIC}, timeout=60)

    refused = requests.post(f"{url}/api/runs/{step1.headers['X-Run-Id']}/share", timeout=20)

    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_the_examples_are_what_is_answered(url: str) -> None:
    examples = requests.get(f"{url}/openapi.json", timeout=20).json()["components"]["examples"]

    for name, kind in (("share", Share), ("exercise", Exercise), ("scored", Scored)):
        said = examples[name]["value"]
        assert kind.model_validate(said).model_dump(mode="json") == said
