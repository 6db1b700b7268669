"""The Prompts page over a real API: editing, refusals, conflicts, versions, and trying on a run."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from console import prompting
from console.client import Api
from console.prompting import Prompt
from fakes.api import FakeApi, problem
from fakes.branching import Branching, branching
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


def test_a_version_of_the_list_is_put_in_force(server: Branching, page: AppTest) -> None:
    first = elsewhere(server, "Plums.\n")
    elsewhere(server, "Cherries.\n")
    page.query_params["version"] = str(first)
    page.run()

    press(page, f"Put version {first} in force")

    assert now(server).number == first
    assert f"Version {first} is in force" in page.success[0].value
    assert text_of(page).endswith("Plums.\n")


def test_a_version_goes_to_the_editor_where_nothing_was_written(
    server: Branching, page: AppTest
) -> None:
    first = elsewhere(server, "Quinces.\n")
    elsewhere(server, "Figs.\n")
    page.query_params["version"] = str(first)
    page.run()

    press(page, "Edit this text")

    assert text_of(page).endswith("Quinces.\n")
    assert "not saved" not in shown(page)


@pytest.mark.parametrize(
    ("answer", "stays"),
    [("Replace what you wrote", "Dates.\n"), ("Keep what you wrote", "Mine.\n")],
)
def test_what_was_written_gives_way_to_a_version_only_when_told(
    server: Branching, page: AppTest, answer: str, stays: str
) -> None:
    elsewhere(server, "Dates.\n")
    page.run()
    write(page, f"{text_of(page)}Mine.\n")

    press(page, "Edit this text")
    assert text_of(page).endswith("Mine.\n")
    assert "The editor holds a text that is not saved." in shown(page)

    press(page, answer)
    assert text_of(page).endswith(stays)
    assert "not saved" not in shown(page)


def test_what_is_written_is_known_before_it_is_saved(page: AppTest) -> None:
    field = page.text_area(key=f"prompt-text-{NAME}")

    assert not field.proto.form_id, "a form would hold it back until then"


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
