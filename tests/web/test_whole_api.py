"""Whatever is sent to any route is answered with a status its document names, and no 5xx.

The server asks everybody for a key.
"""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from fakes.eventually import eventually
from fakes.keys import bearer, lines
from fakes.serving import Served, serving

TOPIC = "SQL transactions and isolation levels"
SECONDS = 30
SOME = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same few requests each time: a wider search is for whoever changes the API."""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("guarded")
    with serving(folder, auth="required", api_keys=lines()) as up:
        eventually(lambda: up.parts.ready)
        yield up


@pytest.fixture(scope="module")
def known(guarded: Served) -> dict[str, Any]:
    """What stands for an id in a path, where it is to be one that exists."""
    made = requests.post(
        f"{guarded.url}/api/generate", json={"topic": TOPIC}, headers=bearer("alice"), timeout=30
    )
    run_id = made.headers["X-Run-Id"]
    return {"run_id": run_id, "step": "error_catalog", "number": 0}


def named(operation: Any) -> str:
    return f"{operation.method} {operation.path}"


def operations(served: Served) -> list[Any]:
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json", timeout=SECONDS)
    found: list[Any] = [each.ok() for each in cast("Any", schema.get_all_operations())]
    # What deletes comes last, since the others want something that is there.
    return sorted(found, key=lambda each: (each.method == "delete", each.path))


def statuses_of(operation: Any, instead: dict[str, Any], who: str | None = "chief") -> set[int]:
    """Let somebody ask some times, with these in the path; return how that was answered."""
    found: set[int] = set()

    @SOME
    @given(case=operation.as_strategy())
    def answers_as_described(case: Any) -> None:
        case.path_parameters |= {
            name: instead[name] for name in case.path_parameters.keys() & instead
        }
        response = case.call(headers=bearer(who) if who else {}, timeout=SECONDS)
        found.add(response.status_code)
        case.validate_response(response, checks=[not_a_server_error, status_code_conformance])

    answers_as_described()
    return found


def test_no_request_meets_a_defect_or_an_answer_nobody_described(guarded: Served) -> None:
    found = {named(each): statuses_of(each, {}) for each in operations(guarded)}

    assert len(found) > 30
    assert found["get /api/runs/{run_id}"] == {404}
    assert 200 in found["get /api/runs"]


@pytest.mark.parametrize(("who", "answer"), [(None, 401), ("site", 403)])
def test_nor_does_one_of_somebody_who_may_not_ask(
    guarded: Served, who: str | None, answer: int
) -> None:
    found = {named(each): statuses_of(each, {}, who) for each in operations(guarded)}

    refused = {name for name, statuses in found.items() if statuses == {answer}}
    assert len(refused) > 25
    assert found["get /health"] == {200}


def test_nor_does_one_for_something_that_exists(guarded: Served, known: dict[str, Any]) -> None:
    about = [
        each for each in operations(guarded) if "{run_id}" in each.path or "{step}" in each.path
    ]

    found = {named(each): statuses_of(each, known) for each in about}

    assert len(found) > 10
    assert found["get /api/runs/{run_id}"] == {200}
    assert 204 in found["delete /api/runs/{run_id}"]
