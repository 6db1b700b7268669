"""The answers of a run judged again, over HTTP: blind, by the judge alone, beside the label."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes.branching import Branching, Json, branching
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME, NEVER, SECOND_TIME

OTHER = "us.anthropic.claude-sonnet-4-6"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branching]:
    with branching(tmp_path_factory.mktemp("rejudged")) as up:
        yield up


def judged(run: Json) -> Json:
    """Return the last judgement of a run."""
    found: Json = next(s for s in reversed(run["steps"]) if s["step_number"] == 6)
    return found


def test_only_the_judge_is_asked_and_the_run_ends_after_step_6(api: Branching) -> None:
    parent = api.run(SECOND_TIME)

    again = api.over(api.rejudge(parent["run_id"]))

    assert api.calls(again["run_id"]) == Counter({6: 2})
    assert (again["kind"], again["parent"]) == ("rejudge", parent["run_id"])
    assert (again["from_step"], again["from_attempt"], again["rejudge_number"]) == (6, 2, 1)
    steps = [(step["attempt"], step["step_number"]) for step in again["steps"]]
    assert sorted(steps) == [(1, 1), (1, 2), (2, 3), (2, 4), (2, 5), (2, 6)]
    new = judged(again)
    assert new["evidence"] == judged(parent)["evidence"]
    assert again["cost_usd"] == pytest.approx(new["cost_usd"])
    assert again["model_calls"] == 2
    final = again["final"]
    assert (final["stopped_at_step"], final["assessment"]) == (6, None)
    assert final["differentiation_achieved"] is True
    assert "attempt 2 were judged again" in final["reason"]
    names = [item["event"] for item in api.get(f"/api/runs/{again['run_id']}/events")]
    assert names[-2:] == ["step", "done"]
    assert names.count("done") == 1


def test_a_dry_run_announces_the_judges_calls_and_starts_nothing(api: Branching) -> None:
    parent = api.run(SECOND_TIME)
    before = api.get("/api/runs", kind="rejudge")

    announced = api.rejudge(parent["run_id"], model=OTHER, dry_run=True)

    assert announced.status_code == 200
    foreseen = announced.json()
    assert (foreseen["dry_run"], foreseen["attempts_left"]) == (True, 1)
    assert {(c["step_number"], c["model"]) for c in foreseen["calls"]} == {(6, OTHER)}
    assert api.get("/api/runs", kind="rejudge") == before
    again = api.over(api.rejudge(parent["run_id"], model=OTHER))
    assert foreseen["estimate"] == foreseen["estimate_at_most"]
    assert foreseen["estimate"]["model_calls"] == again["model_calls"] == 2
    assert foreseen["estimate"]["cost_usd"] == pytest.approx(again["cost_usd"], rel=0.05)


def test_the_judge_is_blind_and_reads_another_order(api: Branching) -> None:
    parent = api.run(FIRST_TIME)

    again = api.over(api.rejudge(parent["run_id"]))

    before, after = api.prompts(parent["run_id"], 6), api.prompts(again["run_id"], 6)
    assert len(before) == len(after) == 2
    for prompt in after:
        assert prompt not in before
        assert parent["models"]["weak"] not in prompt
        assert "tier" not in prompt


def test_the_parent_stays_as_it_is(api: Branching) -> None:
    parent = api.run(FIRST_TIME)
    log = api.get(f"/api/runs/{parent['run_id']}/events")

    api.over(api.rejudge(parent["run_id"]))

    assert api.get(f"/api/runs/{parent['run_id']}") == parent
    assert api.get(f"/api/runs/{parent['run_id']}/events") == log


def test_another_judge_may_read_by_other_words(api: Branching) -> None:
    parent = api.run(FIRST_TIME)
    text = api.get("/api/get-prompts")["prompts"]["step6_judge_responses"]["template"]

    again = api.over(api.rejudge(parent["run_id"], model=OTHER, prompt=f"{text}\nBe strict."))

    assert set(api.models_asked(again["run_id"]).values()) == {OTHER}
    assert all(prompt.endswith("Be strict.") for prompt in api.prompts(again["run_id"], 6))
    versions, before = again["prompt_versions"], parent["prompt_versions"]
    assert {name for name in versions if versions[name] != before[name]} == {"judge_answer"}


def test_a_run_without_a_question_is_judged_again_too(api: Branching) -> None:
    parent = api.run(NEVER, max_attempts=2)

    again = api.over(api.rejudge(parent["run_id"]))

    assert (again["status"], again["from_attempt"]) == ("succeeded", 2)
    assert again["final"]["differentiation_achieved"] is False
    assert (again["evidence"], again["total_attempts"]) == (None, 2)
    assert "no mistakes only in the weak-tier answer" in again["reason"]


def test_rejudgements_are_counted_even_when_they_begin_at_once(api: Branching) -> None:
    parent = api.run(FIRST_TIME)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.rejudge(parent["run_id"]), range(8)))

    assert sorted(answer.json()["rejudge_number"] for answer in answers) == list(range(1, 9))
    for answer in answers:
        api.over(answer)
    other = api.run(FIRST_TIME)
    assert api.rejudge(other["run_id"]).json()["rejudge_number"] == 1


def test_a_fork_and_a_rejudgement_are_judged_again_themselves(api: Branching) -> None:
    parent = api.run(FIRST_TIME)
    fork = api.over(api.fork(parent["run_id"], 6))
    again = api.over(api.rejudge(fork["run_id"]))

    once_more = api.over(api.rejudge(again["run_id"]))

    assert (once_more["parent"], once_more["rejudge_number"]) == (again["run_id"], 1)
    assert api.calls(once_more["run_id"]) == Counter({6: 2})
    assert judged(once_more)["reused_from"] is None
    assert {s["reused_from"] for s in once_more["steps"][:-1]} == {parent["run_id"]}


def test_what_has_no_judged_answers_or_goes_on_is_a_conflict(api: Branching) -> None:
    alone = api.post("/api/step1", {"topic": FIRST_TIME}).json()["run_id"]
    live = api.post("/api/runs", {"topic": f"{FIRST_TIME} #fault=stall@1x*"}).json()["run_id"]

    unjudged, running = api.rejudge(alone), api.rejudge(live)

    assert (unjudged.status_code, running.status_code) == (409, 409)
    assert unjudged.json()["detail"] == "This run has no judged answers."
    assert "still going on" in running.json()["detail"]
    assert api.rejudge("nobody").status_code == 404
    api.post(f"/api/runs/{live}/cancel")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"model": "no id"}, "model"),
        ({"model_2": "no id", "dry_run": True}, "model_2"),
        ({"model": 7}, "model"),
        ({"prompt": "Judge {{answer}}."}, "prompt"),
        ({"request_id": "short"}, "request_id"),
    ],
)
def test_what_cannot_judge_is_refused_by_field(api: Branching, body: Json, field: str) -> None:
    parent = api.run(FIRST_TIME)

    answer = api.rejudge(parent["run_id"], **body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_nothing_need_be_said_and_saying_it_twice_makes_one(api: Branching) -> None:
    parent = api.run(FIRST_TIME)
    place, key = f"/api/runs/{parent['run_id']}/rejudge", {"Idempotency-Key": "judge this once"}

    one, two = (api.post(place, None, **key) for _ in range(2))

    assert one.json()["run_id"] == two.json()["run_id"]
    assert api.post(place, {"model": OTHER}, **key).status_code == 409
    api.over(one)


def test_a_rejudgement_is_not_forked(api: Branching) -> None:
    parent = api.run(FIRST_TIME)
    again = api.over(api.rejudge(parent["run_id"]))

    answer = api.fork(again["run_id"], 6)

    assert answer.status_code == 409
    assert parent["run_id"] in answer.json()["detail"]


def test_a_judge_that_is_never_understood_ends_it_without_a_verdict(api: Branching) -> None:
    parent = api.run(FIRST_TIME)
    api.faults.script("no_tool@6x6")

    again = api.over(api.rejudge(parent["run_id"]))

    assert (again["status"], again["model_calls"]) == ("no_question", 6)
    assert "rejected 3 times" in again["reason"]
    eventually(lambda: api.faults.pending == "")


def test_a_second_judge_may_be_brought_in_and_both_are_asked(api: Branching) -> None:
    parent = api.run(FIRST_TIME)

    again = api.over(api.rejudge(parent["run_id"], model_2=OTHER))

    assert api.calls(again["run_id"]) == Counter({6: 4})
    assert again["models"] == {**parent["models"], "judge_2": OTHER}
    assert [call["model"] for call in judged(again)["calls"]][2:] == [OTHER, OTHER]
    assert judged(again)["evidence"][0]["weak_judges"]
    agreed = again["final"]["metadata"]["agreement"]
    assert (agreed["same"], agreed["counted"]) == (12, 12)
    assert api.get("/api/runs", model=OTHER, kind="rejudge")["runs"][0]["run_id"] == again["run_id"]
