"""A key sees its own runs, and no sign of others'; an admin's sees all."""

import io
import zipfile

from aqumen.web.rights import RIGHTS
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME, SECOND_TIME

from .conftest import Asked

TEA = "Brewing green tea"


def listed(ask: Asked, who: str, place: str = "/api/runs?limit=200") -> set[str]:
    return {run["run_id"] for run in ask("GET", place, who).json()["runs"]}


def test_every_route_of_a_run_denies_that_others_have_it(ask: Asked) -> None:
    run_id = ask.run_of("alice")
    routes = [route for route in RIGHTS if "{run_id}" in route[1]]

    assert len(routes) >= 9
    for method, path in routes:
        bodies = {"/api/runs/{run_id}/fork": {"from_step": 3, "dry_run": True}}
        answer = ask(method, path.format(run_id=run_id), "bob", json=bodies.get(path))
        nobodys = ask(method, path.format(run_id="nobody"), "bob", json=bodies.get(path))
        assert answer.status_code == nobodys.status_code == 404, (method, path)
        assert answer.content == nobodys.content
        assert "X-Run-Id" not in answer.headers
    assert ask("GET", f"/api/runs/{run_id}", "alice").status_code == 200
    assert ask("GET", f"/api/runs/{run_id}", "chief").status_code == 200


def test_a_reconnect_leads_to_nobody_elses_run(ask: Asked) -> None:
    run_id = ask.run_of("alice")
    again = {"Last-Event-ID": f"{run_id}:1"}
    asked = {"params": {"topic": FIRST_TIME}, "headers": again}

    assert ask("GET", "/api/generate-stream", "bob", **asked).status_code == 404
    assert ask("GET", "/api/generate-stream", "alice", **asked).status_code == 200


def test_lists_and_figures_hold_ones_own_runs(ask: Asked) -> None:
    alices, bobs = ask.run_of("alice"), ask.run_of("bob")

    assert alices in listed(ask, "alice")
    assert bobs not in listed(ask, "alice")
    assert {alices, bobs} <= listed(ask, "chief")
    assert bobs not in listed(ask, "alice", f"/api/runs?q={bobs}")
    assert listed(ask, "reader") == set()


def test_figures_and_the_runs_behind_them_are_ones_own(ask: Asked) -> None:
    alices, bobs = ask.run_of("alice"), ask.run_of("bob")

    def behind(who: str) -> set[str]:
        return listed(ask, who, "/api/insights/runs?limit=200")

    def counted(who: str) -> int:
        total = ask("GET", "/api/insights", who).json()["total"]
        return int(total["runs"]) if total else 0

    # A run is counted some seconds after its end.
    eventually(lambda: {alices, bobs} <= behind("chief"), 15)

    assert alices in behind("alice")
    assert behind("alice").isdisjoint(behind("bob"))
    assert behind("reader") == set()
    assert counted("alice") == len(behind("alice"))
    assert counted("chief") >= counted("alice") + counted("bob") > counted("bob") > 0
    assert counted("reader") == 0
    assert FIRST_TIME not in ask("GET", "/api/insights", "reader").text


def test_several_runs_at_once_are_ones_own(ask: Asked) -> None:
    alices, bobs = ask.run_of("alice"), ask.run_of("bob")
    both = {"run_ids": [alices, bobs]}

    zipped = ask("POST", "/api/runs/export", "alice", json=both).content
    with zipfile.ZipFile(io.BytesIO(zipped)) as bundle:
        names = [name for name in bundle.namelist() if name != "manifest.json"]
    removed = ask("POST", "/api/runs/delete", "alice", json=both).json()

    assert len(names) == 1
    assert alices in names[0]
    assert [run["status"] for run in removed["runs"]] == [204, 404]
    assert ask("GET", f"/api/runs/{bobs}", "bob").status_code == 200


def test_a_request_id_belongs_to_its_key(ask: Asked) -> None:
    body = {"topic": FIRST_TIME, "request_id": "everybodys-favourite"}

    first, again = (ask("POST", "/api/runs", "alice", json=body).json() for _ in range(2))
    bobs = ask("POST", "/api/runs", "bob", json=body | {"topic": SECOND_TIME})

    assert again["run_id"] == first["run_id"]
    assert bobs.status_code == 202
    assert bobs.json()["run_id"] != first["run_id"]


def test_nobody_learns_what_others_asked_from_an_answer_told_again(ask: Asked) -> None:
    def calls(who: str) -> int:
        """Return what step 1 took of a run whose subtopic is chosen."""
        body = {"topic": TEA, "subtopic": "Water that is too hot", "difficulty": "Advanced"}
        run_id = ask("POST", "/api/generate", who, json=body).json()["run_id"]
        return len(ask("GET", f"/api/runs/{run_id}", who).json()["steps"][0]["calls"])

    ask("POST", "/api/step1", "alice", json={"topic": TEA})

    assert [calls(who) for who in ("alice", "bob", "bob")] == [0, 1, 0]


def test_a_branch_belongs_to_who_asks_for_it(ask: Asked) -> None:
    run_id = ask.run_of("alice")

    for branch, asked in (("fork", {"from_step": 7}), ("rejudge", {})):
        made = ask("POST", f"/api/runs/{run_id}/{branch}", "chief", json=asked).json()

        assert ask("GET", f"/api/runs/{made['run_id']}", "alice").status_code == 404, branch
        assert ask("GET", f"/api/runs/{made['run_id']}", "chief").status_code == 200
        assert made["run_id"] not in listed(ask, "alice", f"/api/runs?parent={run_id}")
