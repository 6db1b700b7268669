"""The prompts over HTTP: read, saved, refused, put in force, and used by runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from aqumen.runs.prompts import PromptBook
from aqumen.store.records import Edit
from aqumen.store.store import Store
from aqumen.templates import Prompts
from fakes.branching import Branching, Json, branching
from fakes.pipelines import FIRST_TIME
from fakes.serving import serving

NAME = "strategic_question"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branching]:
    with branching(tmp_path_factory.mktemp("prompts")) as up:
        yield up


@pytest.fixture(autouse=True)
def shipped_again(api: Branching) -> Iterator[None]:
    yield
    for prompt in api.get("/api/prompts")["prompts"]:
        api.post(f"/api/prompts/{prompt['name']}/activate", {"number": 0})


def put(api: Branching, name: str, **body: Any) -> requests.Response:
    return requests.put(f"{api.url}/api/prompts/{name}", json=body, timeout=25)


def reworded(api: Branching, words: str, name: str = NAME) -> Json:
    now = api.get(f"/api/prompts/{name}")
    text = f"{now['template'].rstrip()}\n{words}\n"
    answer = put(api, name, template=text, author="Ada", note=words, based_on=now["number"])
    assert answer.status_code == 200, answer.text
    saved: Json = answer.json()
    return saved


def problem(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["detail"]


def test_every_prompt_is_listed_with_its_steps_placeholders_and_versions(api: Branching) -> None:
    prompts = api.get("/api/prompts")["prompts"]

    assert [prompt["steps"] for prompt in prompts] == [[1], [2], [3], [4, 5], [6], [7], []]
    assert prompts[0]["placeholders"] == ["key", "topic"]
    for prompt in prompts:
        assert prompt["number"] == 0
        assert prompt["versions"][-1]["note"] == "shipped"
        assert "{{key}}" in prompt["template"]


def test_a_saved_text_is_used_by_the_runs_that_begin_afterwards(api: Branching) -> None:
    before = api.run(FIRST_TIME)
    saved = reworded(api, "Prefer tables.")
    after = api.run(FIRST_TIME)

    number = saved["saved"]
    assert (saved["number"], saved["versions"][0]["author"]) == (number, "Ada")
    assert (before["prompt_numbers"][NAME], after["prompt_numbers"][NAME]) == (0, number)
    assert after["prompt_versions"][NAME] == saved["version"]
    asked = {run["run_id"]: run["steps"][2]["prompt"] for run in (before, after)}
    assert "Prefer tables." in asked[after["run_id"]]
    assert "Prefer tables." not in asked[before["run_id"]]
    site = api.get("/api/get-prompts")["prompts"]["step3_strategic_question"]
    assert "Prefer tables." in site["template"]


def test_a_fork_keeps_its_parents_prompts_and_says_which_text_is_its_own(api: Branching) -> None:
    parent = api.run(FIRST_TIME)
    number = reworded(api, "Prefer plans.")["saved"]
    text = api.get(f"/api/prompts/{NAME}/versions/{number}")["template"]

    same = api.over(api.fork(parent["run_id"], 3))
    saved = api.over(api.fork(parent["run_id"], 3, prompts={NAME: text}))
    own = api.over(api.fork(parent["run_id"], 3, prompts={NAME: f"{text}Prefer code."}))

    assert same["prompt_numbers"] == parent["prompt_numbers"]
    assert saved["prompt_numbers"] == {**parent["prompt_numbers"], NAME: number}
    assert NAME not in own["prompt_numbers"]
    assert own["prompt_numbers"]["error_catalog"] == 0


def test_an_edit_on_another_version_than_the_one_in_force_is_refused(api: Branching) -> None:
    seen = api.get(f"/api/prompts/{NAME}")
    theirs = reworded(api, "Theirs.")
    mine = f"{seen['template']}Mine.\n"

    status, detail = problem(put(api, NAME, template=mine, based_on=seen["number"]))

    assert status == 409
    assert f"version {theirs['number']}, chosen by Ada" in detail
    assert api.get(f"/api/prompts/{NAME}")["version"] == theirs["version"]
    repeated = put(api, NAME, template=theirs["template"], based_on=seen["number"])
    assert (repeated.status_code, repeated.json()["saved"]) == (200, theirs["saved"])
    assert put(api, NAME, template=mine, based_on=theirs["number"]).status_code == 200


def test_an_edit_on_what_another_release_shipped_is_refused(api: Branching) -> None:
    seen = api.get(f"/api/prompts/{NAME}")
    text = f"{seen['template']}Mine.\n"

    other = put(api, NAME, template=text, based_on=0, based_on_version="0123456789ab")
    same = put(api, NAME, template=text, based_on=0, based_on_version=seen["version"])

    assert (other.status_code, same.status_code) == (409, 200)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("{{catalog}}", "the catalog"), "lacks {{catalog}}"),
        (("{{catalog}}", "{{catalogue}}"), "asks for {{catalogue}}, which this prompt is not"),
        (("{{topic}}", "{{topic}} {{ Topic }}"), "holds '{{ Topic }}', which is not filled in"),
        (("You set", "You\x00set"), r"holds the control character '\x00'"),
        (("You set", "\ud800"), "must be text without broken characters"),
        (("You set", "word " * 12_000), "must have at most 60000 characters"),
    ],
)
def test_a_text_that_cannot_be_asked_with_is_refused_with_the_reason(
    api: Branching, change: tuple[str, str], reason: str
) -> None:
    text = api.get(f"/api/prompts/{NAME}")["template"].replace(*change)

    answer = put(api, NAME, template=text, based_on=0)

    assert problem(answer)[0] == 422
    assert reason in problem(answer)[1]
    assert answer.json()["errors"][0]["field"] == "template"


def test_versions_are_put_in_force_and_back_and_compared(api: Branching) -> None:
    first, second = (reworded(api, words)["saved"] for words in ("First.", "Second."))
    place = f"/api/prompts/{NAME}"

    assert "+Second." in api.get(f"{place}/diff", before=first, after=second)["diff"]
    back = api.post(f"{place}/revert", {"instead_of": second, "author": "Bea"})
    assert (back.json()["number"], back.json()["activated_by"]) == (first, "Bea")
    assert api.post(f"{place}/revert", {"instead_of": second}).status_code == 409
    again = api.post(f"{place}/activate", {"number": second, "instead_of": first})
    assert (again.json()["number"], again.json()["previous"]) == (second, first)
    assert problem(api.post(f"{place}/activate", {"number": 999}))[0] == 404
    assert problem(api.post("/api/prompts/nothing/revert"))[0] == 404
    assert problem(requests.get(f"{api.url}{place}/versions/999", timeout=30))[0] == 404


def test_a_draft_is_kept_and_changes_nothing(api: Branching) -> None:
    text = f"{api.get(f'/api/prompts/{NAME}')['template']}Draft.\n"

    saved = put(api, NAME, template=text, based_on=0, activate=False).json()

    assert (saved["number"], saved["versions"][0]["number"]) == (0, saved["saved"])


def test_the_deployed_site_saves_a_prompt_under_its_own_name(api: Branching) -> None:
    site = "step4_test_sonnet"
    text = api.get("/api/get-prompts")["prompts"][site]["template"] + "Be brief.\r\n"

    answer = api.post("/api/update-prompt", {"step": site, "new_prompt": text, "more": 1})

    assert answer.status_code == 200, answer.text
    assert answer.json()["success"] is True
    prompts = api.get("/api/get-prompts")["prompts"]
    assert prompts[site]["template"] == text.replace("\r\n", "\n")
    assert prompts["step5_test_haiku"] == {**prompts[site], "description": "Test weak-tier model"}
    body = {"step": site, "new_prompt": "Answer {topic}"}
    assert "lacks {{key}}" in problem(api.post("/api/update-prompt", body))[1]
    assert problem(api.post("/api/update-prompt", {**body, "step": "step9"}))[0] == 404


def test_another_process_on_the_database_sees_a_change_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'served.db'}"
    with (
        serving(tmp_path, AQUMEN_DATABASE_URL=url) as here,
        serving(tmp_path, AQUMEN_DATABASE_URL=url) as there,
    ):
        text = requests.get(f"{here.url}/api/prompts/{NAME}", timeout=30).json()["template"]
        body = {"step": "step3_strategic_question", "new_prompt": f"{text}Elsewhere."}
        saved = requests.post(f"{here.url}/api/update-prompt", json=body, timeout=30).json()
        started = requests.post(f"{there.url}/api/runs", json={"topic": FIRST_TIME}, timeout=30)
        run = requests.get(f"{there.url}/api/runs/{started.json()['run_id']}", timeout=30).json()

    assert run["prompt_numbers"][NAME] == saved["number"] == 1


def test_a_release_that_ships_another_text_says_what_that_means(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'book.db'}")
    store.open()
    releases = ("Ask {{a}}", "Ask {{a}} kindly", "Ask {{a}} and {{b}}")
    one, other, third = (PromptBook(store.prompts, Prompts({"x": text})) for text in releases)
    assert other.in_force()["x"].text == "Ask {{a}} kindly", "nothing was saved: the shipped one"

    one.save(Edit("x", "Mine {{a}}", None, None), based_on=0)

    assert (one.one("x").shipped_changed, other.one("x").shipped_changed) == (False, True)
    assert other.in_force()["x"].text == "Mine {{a}}"
    assert third.one("x").set_aside == "The text for x lacks {{b}}."
    assert third.in_force()["x"].text == "Ask {{a}} and {{b}}"
    third.save(Edit("x", "Mine {{a}} {{b}}", None, None), based_on=0)
    assert third.one("x").set_aside is None
    store.close()
