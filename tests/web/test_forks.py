"""Runs that go on from another one's answers, over HTTP: what they ask, reuse and refuse."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from fakes.branching import Branching, Json, branching
from fakes.eventually import eventually
from fakes.pipelines import CAST, FIRST_TIME, NEVER, REJECTED_AT_7, SECOND_TIME

OTHER = "us.anthropic.claude-sonnet-4-6"
STALLED = f"{FIRST_TIME} #fault=stall@1x*"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branching]:
    with branching(tmp_path_factory.mktemp("forks")) as up:
        yield up


@pytest.fixture(scope="module")
def first(api: Branching) -> Json:
    """A run with a question at the first attempt."""
    return api.run(FIRST_TIME)


@pytest.fixture(scope="module")
def second(api: Branching) -> Json:
    """A run with a question at the second attempt."""
    return api.run(SECOND_TIME)


def places(steps: list[Json]) -> list[tuple[int, int, int]]:
    return sorted((step["attempt"], step["step_number"], step["answer"]) for step in steps)


def reused(run: Json) -> list[Json]:
    return [step for step in run["steps"] if step["reused_from"]]


def check_books(run: Json) -> None:
    """Fail unless a run's steps, calls and sums agree on what it cost."""
    assert sum(step["cost_usd"] for step in run["steps"]) == pytest.approx(run["cost_usd"])
    calls = [call for step in run["steps"] for call in step["calls"] if not step["reused_from"]]
    assert len(calls) == run["model_calls"]
    assert sum(call["cost_usd"] for call in calls) == pytest.approx(run["cost_usd"])
    for step in reused(run):
        assert (step["cost_usd"], step["duration_seconds"]) == (0, 0)
        assert not any(step["usage"].values())
        assert not any(call["cost_usd"] for call in step["calls"])


@pytest.mark.parametrize("step", range(1, 8))
@pytest.mark.parametrize("which", ["first", "second"])
def test_a_fork_from_any_step_asks_for_that_step_and_those_after(
    api: Branching, request: pytest.FixtureRequest, which: str, step: int
) -> None:
    parent: Json = request.getfixturevalue(which)
    here = (parent["total_attempts"] if step > 2 else 1, step)
    asked = Counter[int]()
    for each in parent["steps"]:
        if (each["attempt"], each["step_number"]) >= here:
            asked[each["step_number"]] += len(each["calls"])

    fork = api.over(api.fork(parent["run_id"], step))

    assert fork["status"] == "succeeded"
    assert api.calls(fork["run_id"]) == asked
    assert fork["model_calls"] == asked.total()
    assert places(reused(fork)) == [place for place in places(parent["steps"]) if place[:2] < here]
    assert {each["reused_from"] for each in reused(fork)} <= {parent["run_id"]}
    check_books(fork)


@pytest.mark.parametrize("step", range(1, 8))
def test_a_dry_run_announces_the_calls_that_are_made(
    api: Branching, first: Json, step: int
) -> None:
    announced = api.fork(first["run_id"], step, dry_run=True).json()

    fork = api.over(api.fork(first["run_id"], step))

    likely = Counter[int]()
    for call in announced["calls"]:
        likely[call["step_number"]] += call["likely_calls"]
    assert api.calls(fork["run_id"]) == likely
    said = {(call["step_number"], call["label"], call["model"]) for call in announced["calls"]}
    made = [each for each in fork["steps"] if not each["reused_from"]]
    assert {(s["step_number"], c["label"], c["model"]) for s in made for c in s["calls"]} == said
    assert announced["estimate"]["model_calls"] == fork["model_calls"]
    assert announced["estimate"]["cost_usd"] == pytest.approx(fork["cost_usd"], rel=0.02)


def test_what_is_reused_is_told_in_the_forks_own_log(api: Branching, second: Json) -> None:
    fork = api.over(api.fork(second["run_id"], 6))

    log = api.get(f"/api/runs/{fork['run_id']}/events")
    assert [item["seq"] for item in log] == list(range(1, len(log) + 1))
    assert {item["data"]["run_id"] for item in log} == {fork["run_id"]}
    assert [item["event"] for item in log].count("done") == 1
    percents = [item["data"]["percent"] for item in log if item["event"] == "progress"]
    assert percents == sorted(percents)
    start = log[0]["data"]
    assert (start["kind"], start["parent"]) == ("fork", second["run_id"])
    for mine, theirs in zip(reused(fork), second["steps"], strict=False):
        assert mine["response_full"] == theirs["response_full"]
        assert mine["prompt"] == theirs["prompt"]


def test_a_fork_keeps_to_what_its_parent_was_about(api: Branching, second: Json) -> None:
    for step in (2, 6):
        fork = api.over(api.fork(second["run_id"], step))

        for name in ("topic", "subtopic", "difficulty", "max_attempts", "models"):
            assert fork[name] == second[name]
        assert fork["prompt_versions"] == second["prompt_versions"]


def test_a_fork_may_begin_in_an_earlier_attempt(api: Branching, second: Json) -> None:
    fork = api.over(api.fork(second["run_id"], 6, attempt=1))

    assert (fork["from_step"], fork["from_attempt"]) == (6, 1)
    assert fork["total_attempts"] == 2
    assert api.calls(fork["run_id"]) == Counter({3: 1, 4: 1, 5: 1, 6: 4, 7: 1})
    check_books(fork)


def test_a_run_without_a_question_is_gone_on_from_at_its_last_attempt(api: Branching) -> None:
    parent = api.run(NEVER)

    fork = api.over(api.fork(parent["run_id"], 5))

    assert (parent["status"], fork["status"]) == ("no_question", "no_question")
    assert fork["from_attempt"] == 3
    assert api.calls(fork["run_id"]) == Counter({5: 1, 6: 2})
    check_books(fork)


def test_a_run_that_failed_is_gone_on_from_where_it_failed(api: Branching) -> None:
    api.faults.script("access_denied@4")
    parent = api.run(FIRST_TIME)
    assert parent["error_code"] == "model_access_denied"

    fork = api.over(api.fork(parent["run_id"], 4, models={"mid": OTHER}))

    assert api.calls(fork["run_id"])[3] == 0
    check_books(fork)
    refused = api.fork(parent["run_id"], 6)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "That run did not reach step 6 in attempt 1."


def test_a_cancelled_run_is_gone_on_from_where_it_was_stopped(api: Branching) -> None:
    api.faults.script("stall@3")
    started = api.post("/api/runs", {"topic": FIRST_TIME}).json()["run_id"]
    eventually(lambda: len(api.get(f"/api/runs/{started}")["steps"]) == 2)
    api.post(f"/api/runs/{started}/cancel")
    eventually(lambda: api.get(f"/api/runs/{started}")["status"] == "cancelled")

    fork = api.over(api.fork(started, 3))

    assert places(reused(fork)) == [(1, 1, 1), (1, 2, 1)]
    assert api.calls(fork["run_id"])[1] == api.calls(fork["run_id"])[2] == 0
    check_books(fork)


def test_a_fork_is_forked_and_says_who_asked_for_each_answer(api: Branching, first: Json) -> None:
    fork = api.over(api.fork(first["run_id"], 3))
    announced = api.fork(fork["run_id"], 7, dry_run=True).json()

    again = api.over(api.fork(fork["run_id"], 7))

    assert again["parent"] == fork["run_id"]
    assert {step["step_number"]: step["reused_from"] for step in again["steps"]} == {
        **dict.fromkeys((1, 2), first["run_id"]),
        **dict.fromkeys((3, 4, 5, 6), fork["run_id"]),
        7: None,
    }
    assert api.calls(again["run_id"]) == Counter({7: 1})
    assert again["cost_usd"] == pytest.approx(announced["estimate"]["cost_usd"], rel=0.01)
    check_books(again)


def test_rejected_answers_are_reused_with_the_accepted_one(api: Branching) -> None:
    parent = api.run(REJECTED_AT_7)
    announced = api.fork(parent["run_id"], 7, dry_run=True).json()

    fork = api.over(api.fork(parent["run_id"], 7))

    assert announced["calls"][0]["likely_calls"] == 2
    assert announced["estimate"]["model_calls"] == fork["model_calls"] == 2
    assert fork["status"] == "succeeded"


def test_a_changed_prompt_is_asked_with_and_has_a_version(api: Branching, first: Json) -> None:
    shipped = api.get("/api/get-prompts")["prompts"]["step7_student_assessment"]
    text = f"{shipped['template']}\n\nWrite it in the manner of a code review."

    fork = api.over(api.fork(first["run_id"], 7, prompts={"student_assessment": text}))

    (prompt,) = api.prompts(fork["run_id"], 7)
    assert prompt.endswith("Write it in the manner of a code review.")
    versions, before = fork["prompt_versions"], first["prompt_versions"]
    changed = {name for name in versions if versions[name] != before[name]}
    assert changed == {"student_assessment"}
    again = api.over(api.fork(fork["run_id"], 7))
    assert again["prompt_versions"] == versions


def test_a_changed_model_is_asked_from_the_fork_on(api: Branching, first: Json) -> None:
    fork = api.over(api.fork(first["run_id"], 6, models={"judge": OTHER}))

    assert api.models_asked(fork["run_id"]) == {6: OTHER, 7: CAST.strong}
    assert fork["models"] == {**first["models"], "judge": OTHER}


def test_a_dry_run_says_that_it_estimates_and_starts_nothing(api: Branching, first: Json) -> None:
    before = api.get("/api/runs", parent=first["run_id"])["runs"]

    answer = api.fork(first["run_id"], 6, dry_run=True, models={"judge": "someone.new-1"})

    seen = answer.json()
    assert answer.status_code == 200
    assert seen["dry_run"] is seen["estimated"] is True
    assert "estimate" in seen["note"]
    assert "No price is known for someone.new-1" in seen["note"]
    assert [(call["step_number"], call["label"], call["model"]) for call in seen["calls"]] == [
        (6, "mid-tier answer", "someone.new-1"),
        (6, "weak-tier answer", "someone.new-1"),
        (7, "", CAST.strong),
    ]
    assert (seen["attempts_left"], seen["estimate_at_most"]["model_calls"]) == (3, 13)
    assert api.get("/api/runs", parent=first["run_id"])["runs"] == before


def test_what_the_parent_never_asked_is_estimated_by_what_is_typical(api: Branching) -> None:
    parent = api.run(NEVER, max_attempts=1)

    calls = api.fork(parent["run_id"], 6, dry_run=True).json()["calls"]

    assert [call["based_on"] for call in calls] == ["this run's calls"] * 2 + ["typical calls"]
    assert all(call["cost_usd"] > 0 for call in calls)


PROMPT = "{{key}} {{topic}}"


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "from_step", "is required"),
        ({"from_step": 0}, "from_step", "at least 1"),
        ({"from_step": 8}, "from_step", "at most 7"),
        ({"from_step": "x"}, "from_step", "whole number"),
        ({"from_step": 3, "attempt": 2}, "from_step", "did not reach step 3 in attempt 2"),
        ({"from_step": 2, "attempt": 2}, "attempt", "belong to attempt 1"),
        ({"from_step": 3, "attempt": 6}, "attempt", "at most 5"),
        ({"from_step": 3, "models": {"boss": OTHER}}, "models.boss", "no role 'boss'"),
        ({"from_step": 3, "models": {"mid": "two words"}}, "models.mid", "no model id"),
        ({"from_step": 5, "models": {"mid": OTHER}}, "models.mid", "from step 4 or earlier"),
        ({"from_step": 7, "models": {"judge": OTHER}}, "models.judge", "no effect"),
        ({"from_step": 3, "prompts": {"step9": "x"}}, "prompts.step9", "there are"),
        ({"from_step": 3, "prompts": {"error_catalog": PROMPT}}, "prompts.error_catalog", "step 2"),
        (
            {"from_step": 5, "prompts": {"answer_question": PROMPT}},
            "prompts.answer_question",
            "step 4 and step 5",
        ),
        (
            {"from_step": 1, "prompts": {"difficulty_categories": "List {{topic}} {{mood}}"}},
            "prompts.difficulty_categories",
            "asks for {{mood}}, which this prompt is not given; it lacks {{key}}",
        ),
        (
            {"from_step": 1, "prompts": {"difficulty_categories": f"{PROMPT}\u0000"}},
            "prompts.difficulty_categories",
            "control character",
        ),
    ],
)
def test_what_cannot_be_forked_is_refused_in_a_sentence(
    api: Branching, first: Json, body: Json, field: str, said: str
) -> None:
    for dry_run in (False, True):
        answer = api.post(f"/api/runs/{first['run_id']}/fork", {**body, "dry_run": dry_run})

        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["field"] == field
        assert said in answer.json()["detail"]


def test_a_run_that_goes_on_is_not_forked_nor_is_one_that_is_not_there(api: Branching) -> None:
    live = api.post("/api/runs", {"topic": STALLED}).json()["run_id"]

    answer = api.fork(live, 1)

    assert answer.status_code == 409
    assert "still going on" in answer.json()["detail"]
    assert api.fork("nobody", 1).status_code == 404
    api.post(f"/api/runs/{live}/cancel")


def test_step_1_alone_has_nothing_to_go_on_from(api: Branching) -> None:
    run_id = api.post("/api/step1", {"topic": FIRST_TIME}).json()["run_id"]

    answer = api.fork(run_id, 1)

    assert answer.status_code == 409
    assert "step 1 alone" in answer.json()["detail"]


def test_asking_twice_with_one_id_makes_one_fork(api: Branching, first: Json) -> None:
    key = {"Idempotency-Key": "fork this once"}
    place, body = f"/api/runs/{first['run_id']}/fork", {"from_step": 7}

    one, two = (api.post(place, body, **key) for _ in range(2))
    other = api.post(place, {"from_step": 6}, **key)

    assert one.json()["run_id"] == two.json()["run_id"] == one.headers["x-run-id"]
    assert other.status_code == 409
    by_id = [api.fork(first["run_id"], 7, request_id="fork-once-1").json() for _ in range(2)]
    assert by_id[0]["run_id"] == by_id[1]["run_id"]
    api.over(one)


def test_branches_are_listed_by_parent_and_by_kind(api: Branching) -> None:
    parent = api.run("Listing what branches off")
    fork = api.over(api.fork(parent["run_id"], 7))
    rejudged = api.over(api.rejudge(parent["run_id"]))

    def listed(**asked: object) -> list[str]:
        runs = api.get("/api/runs", parent=parent["run_id"], **asked)["runs"]
        return [run["run_id"] for run in runs]

    assert listed() == [rejudged["run_id"], fork["run_id"]]
    assert listed(kind="fork") == [fork["run_id"]]
    assert listed(kind="rejudge") == [rejudged["run_id"]]
    assert listed(kind="full") == []
    branch = {"parent": parent["run_id"], "from_step": 7, "from_attempt": 1, "kind": "fork"}
    assert {name: fork[name] for name in branch} == branch
    assert fork["rejudge_number"] is None
    assert {parent[name] for name in branch if name != "kind"} == {None}


def test_a_fork_outlives_its_parent(api: Branching) -> None:
    parent = api.run("A parent that is deleted")
    started = api.fork(parent["run_id"], 3)
    assert requests.delete(f"{api.url}/api/runs/{parent['run_id']}", timeout=30).status_code == 204

    fork = api.over(started)

    assert fork["status"] == "succeeded"
    assert fork["parent"] == parent["run_id"]


def test_a_full_server_says_when_to_come_back(tmp_path: Path) -> None:
    with branching(tmp_path, max_concurrent_runs=1, max_queued_runs=0) as api:
        parent = api.run(FIRST_TIME)
        eventually(lambda: api.post("/api/runs", {"topic": STALLED}).status_code == 202)

        for answer in (api.fork(parent["run_id"], 7), api.rejudge(parent["run_id"])):
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
        assert api.get("/api/runs", parent=parent["run_id"])["runs"] == []
