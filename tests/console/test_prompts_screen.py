"""The Prompts page over a real API: editing, refusals, conflicts, versions, and trying on a run."""

from collections.abc import Iterator

import pytest
import requests
from streamlit.testing.v1 import AppTest

from console import prompting
from console.client import Api
from console.prompting import Prompt
from fakes.api import FakeApi, problem
from fakes.branching import Branching, branching
from fakes.pipelines import FIRST_TIME
from fakes.screen import Open, press, shown

PROMPTS = "console/views/prompts.py"
NAME = "strategic_question"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branching]:
    with branching(tmp_path_factory.mktemp("prompts")) as up:
        yield up


@pytest.fixture
def page(server: Branching, opened: Open) -> AppTest:
    app = opened(endpoint=server.url, page=PROMPTS)
    app.query_params["step"] = "3"
    return app.run()


def now(server: Branching) -> Prompt:
    return next(each for each in prompting.every(Api(server.url)) if each.name == NAME)


def elsewhere(server: Branching, words: str) -> int:
    """Save a text as somebody else, and return its number."""
    prompt = now(server)
    body = {"template": prompt.template + words, "author": "Bea", "based_on": prompt.number}
    return prompting.save(Api(server.url), NAME, body).number


def text_of(app: AppTest) -> str:
    return str(app.text_area(key=f"prompt-text-{NAME}").value)


def write(app: AppTest, text: str) -> None:
    app.text_area(key=f"prompt-text-{NAME}").set_value(text)


def test_a_text_is_saved_with_note_and_author_and_put_back(
    server: Branching, page: AppTest
) -> None:
    before = now(server)
    write(page, f"{text_of(page)}Prefer tables.\n")
    page.text_input(key="prompt_author").set_value("Ada <b>")
    page.text_input(key="prompt_note").set_value("Tables")
    press(page, "Save")

    saved = now(server)
    assert saved.template == f"{before.template}Prefer tables.\n"
    assert (saved.versions[0].author, saved.versions[0].note) == ("Ada <b>", "Tables")
    assert "Ada &lt;b&gt;" in shown(page)
    assert page.success[0].value.startswith("Saved as version")

    press(page, f"Back to version {before.number}")
    assert now(server).number == before.number
    assert text_of(page) == before.template, "an untouched editor follows what is in force"


def test_a_refused_text_stays_in_the_editor_with_the_reason(page: AppTest) -> None:
    write(page, "Ask about {{subject}}")
    press(page, "Save")

    assert "asks for" in shown(page)
    assert text_of(page) == "Ask about {{subject}}"


def test_of_two_who_edit_the_second_sees_both_texts_and_loses_none(
    server: Branching, page: AppTest
) -> None:
    mine = f"{text_of(page)}Mine.\n"
    theirs = elsewhere(server, "Theirs.\n")
    write(page, mine)
    press(page, "Save")

    assert "Another version has been put in force" in shown(page)
    assert "<ins>Mine</ins>" in shown(page)
    assert now(server).number == theirs
    press(page, f"Base mine on version {theirs}")
    press(page, "Save")
    assert now(server).template == mine


def test_the_address_opens_two_versions_beside_one_another(
    server: Branching, page: AppTest
) -> None:
    first = elsewhere(server, "Apples.\n")
    second = elsewhere(server, "Pears.\n")
    page.query_params["version"] = str(second)
    page.query_params["diff"] = str(first)
    page.run()

    assert "Pears" in shown(page)
    assert f"Version {first}" in shown(page)
    assert page.query_params["diff"] == str(first)


def test_a_text_is_tried_on_a_finished_run_by_a_fork(server: Branching, page: AppTest) -> None:
    run_id = server.run(FIRST_TIME)["run_id"]
    page.query_params["run"] = run_id
    page.run()
    field = page.text_area(key=f"trial-{run_id}-{NAME}")
    field.set_value(f"{field.value}Prefer plans.\n")
    press(page, "What would it ask?")
    assert "3 Generate strategic question" in shown(page)
    assert "at most about" in shown(page)

    field = page.text_area(key=f"trial-{run_id}-{NAME}")
    assert str(field.value).endswith("Prefer plans.\n")
    press(page, "Fork")

    found = requests.get(f"{server.url}/api/runs", {"parent": run_id}, timeout=30).json()["runs"]
    assert [run["from_step"] for run in found] == [3]
    assert NAME not in found[0]["prompt_numbers"]


def test_an_api_that_is_away_is_said_so(opened: Open) -> None:
    app = opened(endpoint="http://127.0.0.1:9", page=PROMPTS)

    assert "Nothing answers" in shown(app)
    assert "Try again" in [button.label for button in app.button]


def test_an_api_that_refuses_the_key_is_said_with_where_the_key_is_set(
    api: FakeApi, opened: Open
) -> None:
    api.refusals["/api/prompts"] = problem(401, "This API needs a key.", "unauthorized")
    app = opened(page=PROMPTS)

    assert "AQUMEN_API_KEY" in shown(app)
    assert "Try again" in [button.label for button in app.button]
