"""The calls that are not streams."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import requests

from aqumen import __version__
from aqumen.web.site import _categories
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME, NEVER, offline_model, plan_of, steps_of, told
from fakes.serving import serving


def post(url: str, place: str, body: object = None, **headers: str) -> requests.Response:
    return requests.post(f"{url}{place}", json=body, headers=headers, timeout=25)


def get(url: str, place: str, **query: object) -> requests.Response:
    return requests.get(f"{url}{place}", query, timeout=25)  # type: ignore[arg-type]


def test_health_says_what_the_server_is(url: str) -> None:
    eventually(lambda: get(url, "/health").json()["pipeline_ready"])

    health = get(url, "/health").json()

    assert health["status"] == "healthy"
    assert health["version"] == __version__
    assert health["model_backend"] == "simulator"
    assert health["timestamp"].endswith("Z")


def test_models_are_named_with_their_purpose_and_as_simulated(url: str) -> None:
    found = get(url, "/api/models").json()

    assert set(found["models"]) == {"strong", "mid", "weak", "judge"}
    assert all({"id", "description", "purpose"} == role.keys() for role in found["models"].values())
    assert all("simulated" in role["description"] for role in found["models"].values())
    assert found["pipeline_flow"]
    assert date.fromisoformat(found["prices_as_of"]) <= datetime.now(UTC).date()


def test_a_judge_that_writes_the_questions_is_warned_about(url: str) -> None:
    found = get(url, "/api/models").json()

    assert found["models"]["judge"]["id"] == found["models"]["strong"]["id"]
    (warning,) = [each for each in found["warnings"] if "The judge is the model that" in each]
    assert "AQUMEN_MODEL_JUDGE" in warning


def test_a_blocking_call_returns_the_final_event(url: str) -> None:
    answer = post(url, "/api/generate", {"topic": FIRST_TIME})

    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert answer.json()["run_id"] == answer.headers["x-run-id"]


def test_a_run_without_a_question_is_a_result(url: str) -> None:
    answer = post(url, "/api/generate", {"topic": NEVER, "max_attempts": 1})

    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert answer.json()["reason"] == answer.json()["error"]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("access_denied@3", 502, "model_access_denied"),
        ("retired@1", 502, "model_retired"),
        ("expired_token@1", 502, "credentials_rejected"),
        ("validation@2", 502, "model_request_rejected"),
    ],
)
def test_a_failed_model_service_is_a_bad_gateway(
    url: str, fault: str, status: int, code: str
) -> None:
    answer = post(url, "/api/generate", {"topic": f"{FIRST_TIME} #fault={fault}"})

    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert len(answer.headers["x-run-id"]) == 26
    assert "arn:" not in answer.text


def test_a_late_run_is_a_gateway_timeout(tmp_path: Path) -> None:
    with serving(tmp_path, run_deadline_seconds=0.2) as up:
        answer = post(up.url, "/api/generate", {"topic": f"{FIRST_TIME} #fault=stall@1x*"})

    assert answer.status_code == 504
    assert answer.json()["code"] == "deadline_exceeded"


def test_a_full_server_says_when_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, max_concurrent_runs=1, max_queued_runs=0) as up:
        body = {"topic": f"{FIRST_TIME} #fault=stall@1x*"}
        assert post(up.url, "/api/runs", body).status_code == 202

        answer = post(up.url, "/api/runs", body)

        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["code"] == "server_full"


def test_a_cancelled_run_answers_a_conflict(url: str) -> None:
    body = {"topic": f"{FIRST_TIME} #fault=stall@1x*", "request_id": "cancel-me-1"}
    started = post(url, "/api/runs", body)
    run_id = started.json()["run_id"]

    cancelled = post(url, f"/api/runs/{run_id}/cancel")

    assert cancelled.status_code == 202
    assert cancelled.json()["changed"] is True
    assert post(url, "/api/generate", body).status_code == 409
    assert post(url, f"/api/runs/{run_id}/cancel").json() == {
        "run_id": run_id,
        "status": "cancelled",
        "changed": False,
    }


def test_a_run_is_started_found_listed_and_deleted(url: str) -> None:
    started = post(url, "/api/runs", {"topic": "A topic of its own"})
    run_id = started.json()["run_id"]

    assert started.status_code == 202
    assert started.json()["events_url"] == f"/api/runs/{run_id}/events"
    eventually(lambda: get(url, f"/api/runs/{run_id}").json()["status"] == "succeeded")
    detail = get(url, f"/api/runs/{run_id}").json()
    assert [step["step_number"] for step in detail["steps"]][:3] == [1, 2, 3]
    assert detail["final"]["success"] is True
    assert detail["usage"]["output_tokens"] > 0
    assert detail["prompt_versions"]["error_catalog"]
    assert detail["simulated"] is True
    (listed,) = get(url, "/api/runs", q="topic of its own").json()["runs"]
    assert listed["run_id"] == run_id
    assert listed["title"] == detail["final"]["assessment"]["title"]
    assert requests.delete(f"{url}/api/runs/{run_id}", timeout=30).status_code == 204
    assert get(url, f"/api/runs/{run_id}").status_code == 404


def test_a_running_run_cannot_be_deleted(url: str) -> None:
    started = post(url, "/api/runs", {"topic": f"{FIRST_TIME} #fault=stall@1x*"})
    run_id = started.json()["run_id"]

    assert requests.delete(f"{url}/api/runs/{run_id}", timeout=30).status_code == 409
    post(url, f"/api/runs/{run_id}/cancel")


def test_pages_of_runs_follow_each_other(url: str) -> None:
    for _ in range(3):
        post(url, "/api/generate", {"topic": "Paging through lists", "max_attempts": 1})

    first = get(url, "/api/runs", q="Paging", limit=2).json()
    second = get(url, "/api/runs", q="Paging", limit=2, cursor=first["next_cursor"]).json()

    ids = [run["run_id"] for run in [*first["runs"], *second["runs"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    assert second["next_cursor"] is None


def test_runs_are_listed_by_several_states_and_sorted(url: str) -> None:
    for _ in range(2):
        post(url, "/api/generate", {"topic": "Sorting what was spent", "max_attempts": 1})
    asked = {"topic": "Sorting what was spent", "status": ["failed", "succeeded", "no_question"]}

    listed = get(url, "/api/runs", **asked, sort="cost", order="asc", since="2026-01-01").json()

    costs = [run["cost_usd"] for run in listed["runs"]]
    assert len(costs) == 2
    assert costs == sorted(costs)
    assert get(url, "/api/runs", **asked, until="2026-01-01").json()["runs"] == []


def test_the_sites_step_1_returns_categories_to_pick_from(url: str) -> None:
    answer = post(url, "/api/step1", {"topic": FIRST_TIME, "something": "else"})

    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert set(answer.json()["categories"]) == {"Beginner", "Intermediate", "Advanced"}
    assert answer.headers["x-run-id"] == answer.json()["run_id"]


def test_step_1_is_answered_whatever_else_its_model_wrote() -> None:
    step = steps_of(told(offline_model(), plan_of(FIRST_TIME)))[0]
    more = {**json.loads(step.response_full), "topic": FIRST_TIME}

    answer = _categories(
        "run", FIRST_TIME, [step.model_copy(update={"response_full": json.dumps(more)})]
    )

    assert set(answer.categories or {}) == {"Beginner", "Intermediate", "Advanced"}


def test_what_step_1_alone_has_cost_is_found_in_the_list(url: str) -> None:
    run_id = post(url, "/api/step1", {"topic": FIRST_TIME}).json()["run_id"]

    newest, *_ = get(url, "/api/runs").json()["runs"]
    categories = get(url, "/api/runs", kind="categories").json()["runs"]
    whole = get(url, "/api/runs", kind="full").json()["runs"]

    assert (newest["run_id"], newest["kind"]) == (run_id, "categories")
    assert newest["cost_usd"] > 0
    assert {run["kind"] for run in categories} == {"categories"}
    assert run_id in {run["run_id"] for run in categories}
    assert {run["kind"] for run in whole} <= {"full"}


def test_the_sites_prompts_have_its_names(url: str) -> None:
    found = get(url, "/api/get-prompts").json()

    assert found["success"] is True
    assert list(found["prompts"]) == [
        "step1_difficulty_categories",
        "step2_error_catalog",
        "step3_strategic_question",
        "step4_test_sonnet",
        "step5_test_haiku",
        "step6_judge_responses",
        "step7_student_assessment",
    ]
    assert all({"description", "template"} <= prompt.keys() for prompt in found["prompts"].values())


@pytest.mark.parametrize(
    "body",
    [
        {"topic": FIRST_TIME, "max_retries": 2, "difficulty_preference": "Advanced"},
        {"topic": FIRST_TIME, "selected_difficulty": "Beginner", "selected_subtopic": ""},
        {"topic": FIRST_TIME, "difficulty": "Expert", "whatever": [1, 2]},
    ],
)
def test_deployed_clients_words_are_understood(url: str, body: dict[str, object]) -> None:
    answer = post(url, "/api/generate", body)

    assert answer.status_code == 200
    wanted = next(value for name, value in body.items() if "difficulty" in name)
    assert answer.json()["metadata"]["difficulty"] == wanted


def test_a_deployed_clients_retries_and_subtopic_count(url: str) -> None:
    body = {"topic": NEVER, "max_retries": 1, "selected_subtopic": "A corner of its own"}

    answer = post(url, "/api/generate", body)

    run = get(url, f"/api/runs/{answer.headers['X-Run-Id']}").json()
    assert run["total_attempts"] == 1
    assert run["subtopic"] == "A corner of its own"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "topic"),
        ({"topic": 7}, "topic"),
        ({"topic": "C "}, "topic"),
        ({"topic": "\u3164\u3164\u3164"}, "topic"),
        ({"topic": "loops", "max_attempts": 0}, "max_attempts"),
        ({"topic": "loops", "max_attempts": 6}, "max_attempts"),
        ({"topic": "loops", "difficulty": "Hard"}, "difficulty"),
        ({"topic": "loops", "subtopic": "x" * 201}, "subtopic"),
        ({"topic": "loops", "rigor": "certain"}, "rigor"),
        ({"topic": "loops", "request_id": "short"}, "request_id"),
        ({"topic": "loops", "request_id": "with spaces here"}, "request_id"),
        ([], "body"),
    ],
)
def test_what_cannot_be_run_is_refused_by_field(url: str, body: object, field: str) -> None:
    answer = post(url, "/api/runs", body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"topic": "\\ud800abc"}', b"nothing"])
def test_broken_bodies_are_refused_and_the_server_still_works(url: str, body: bytes) -> None:
    answer = requests.post(
        f"{url}/api/generate", data=body, headers={"Content-Type": "application/json"}, timeout=30
    )

    assert answer.status_code == 422
    assert get(url, "/health").status_code == 200


@pytest.mark.parametrize(
    ("method", "place", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/runs/nobody", 404),
        ("GET", "/api/runs/nobody/events", 404),
        ("POST", "/api/runs/nobody/cancel", 404),
        ("DELETE", "/api/runs/nobody", 404),
        ("PUT", "/api/generate", 405),
        ("GET", "/api/runs?limit=0", 422),
        ("GET", "/api/runs?status=odd", 422),
        ("GET", "/api/runs?kind=odd", 422),
        ("GET", "/api/runs?cursor=odd", 422),
        ("GET", "/api/runs?cursor=5b5b", 422),
        ("GET", "/api/runs?sort=odd", 422),
        ("GET", "/api/runs?since=yesterday", 422),
        ("GET", "/api/runs?since=2026-11-25&until=2026-11-24", 422),
        ("GET", "/api/runs?min_cost=2&max_cost=1", 422),
        ("GET", "/api/runs?max_cost=nan", 422),
        ("GET", "/docs/other.js", 404),
    ],
)
def test_every_error_is_a_problem(url: str, method: str, place: str, status: int) -> None:
    answer = requests.request(method, f"{url}{place}", timeout=30)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()


def test_a_post_that_hangs_up_is_cancelled_after_the_grace_time(tmp_path: Path) -> None:
    with serving(tmp_path, grace_seconds=0.3) as up:
        body = {"topic": f"{FIRST_TIME} #fault=stall@1x*"}
        with pytest.raises(requests.Timeout):
            requests.post(f"{up.url}/api/generate", json=body, timeout=1.0)

        eventually(lambda: get(up.url, "/api/runs").json()["runs"][0]["status"] == "cancelled")


def test_a_post_with_a_request_id_goes_on_without_its_caller(tmp_path: Path) -> None:
    with serving(tmp_path, grace_seconds=0.3, simulator_speed=16.0) as up:
        body = {"topic": FIRST_TIME, "request_id": "come-back-1"}
        with pytest.raises(requests.Timeout):
            requests.post(f"{up.url}/api/generate", json=body, timeout=0.5)

        assert post(up.url, "/api/generate", body).json()["success"] is True
        assert len(get(up.url, "/api/runs").json()["runs"]) == 1


def test_an_idempotency_key_stands_for_one_run(url: str) -> None:
    key = {"Idempotency-Key": "any words, of any kind"}
    body = {"topic": "A topic asked twice"}

    first = post(url, "/api/runs", body, **key)
    second = post(url, "/api/runs", body, **key)
    result = post(url, "/api/generate", body, **key)

    assert first.json()["run_id"] == second.json()["run_id"] == result.json()["run_id"]
    for place in ("/api/runs", "/api/generate"):
        refused = post(url, place, {"topic": "Another topic"}, **key)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert refused.headers["x-run-id"] == first.json()["run_id"]


def test_an_idempotency_key_used_at_the_same_moment_stands_for_one_run(url: str) -> None:
    key, body = {"Idempotency-Key": "at once"}, {"topic": "A topic asked by many"}
    meeting = threading.Barrier(6, timeout=30)

    def ask(place: str) -> requests.Response:
        meeting.wait()
        return post(url, place, body, **key)

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(ask, 3 * ["/api/runs", "/api/generate"]))

    assert {answer.status_code for answer in answers} == {200, 202}
    assert len({answer.json()["run_id"] for answer in answers}) == 1
    assert len(get(url, "/api/runs", q="asked by many").json()["runs"]) == 1


def test_a_body_that_is_far_too_large_is_refused(url: str) -> None:
    answer = post(url, "/api/generate", {"topic": "x" * 2_000_000})

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_defect_of_ours_is_a_problem_with_its_run_and_for_any_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path) as up:
        run_id = post(up.url, "/api/runs", {"topic": FIRST_TIME}).json()["run_id"]

        def broken(*_anything: object) -> None:
            raise ZeroDivisionError("secret detail")

        monkeypatch.setattr(up.parts.runs, "told", broken)
        page = {"Origin": "https://demo.aqumen.ai"}
        answer = requests.get(f"{up.url}/api/runs/{run_id}", headers=page, timeout=30)

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text
    assert answer.headers["x-run-id"] == run_id
    assert answer.headers["access-control-allow-origin"] == page["Origin"]
