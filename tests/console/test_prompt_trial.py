"""A prompt tried on a finished run, over a real API: forks, judgements, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from fakes.branching import Branching, branching
from fakes.pipelines import FIRST_TIME, SECOND_TIME
from fakes.screen import Open, press, shown

PROMPTS = "console/views/prompts.py"
NAME = "strategic_question"
STALLED = f"{FIRST_TIME} #fault=stall@1x*"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branching]:
    with branching(tmp_path_factory.mktemp("trials")) as up:
        yield up


@pytest.fixture(scope="module")
def run_id(server: Branching) -> str:
    """A run that had its question at the second attempt."""
    return str(server.run(SECOND_TIME)["run_id"])


@pytest.fixture
def page(server: Branching, opened: Open) -> AppTest:
    return opened(endpoint=server.url, page=PROMPTS)


def at(page: AppTest, run_id: str, step: str) -> AppTest:
    page.query_params["run"] = run_id
    page.query_params["step"] = step
    return page.run()


def write(page: AppTest, run_id: str, text: str, name: str = NAME) -> str:
    """Add words to the run's text, and return it."""
    field = page.text_area(key=f"trial-{run_id}-{name}")
    field.set_value(f"{field.value}{text}")
    return str(field.value)


def asked(page: AppTest, name: str) -> str:
    return "".join(page.query_params.get(name, ""))


def chosen(page: AppTest) -> list[Any]:
    return [box.value for box in page.selectbox if box.label in ("Fork from step", "Of attempt")]


def branched(server: Branching, page: AppTest, run_id: str) -> dict[str, Any]:
    """Return the newest run that goes on from another, which the page compares with it."""
    newest: dict[str, Any] = server.get("/api/runs", parent=run_id)["runs"][0]
    assert asked(page, "runs") == f"{run_id},{newest['run_id']}"
    return newest


def test_a_text_is_tried_on_a_finished_run_by_a_fork(
    server: Branching, page: AppTest, run_id: str
) -> None:
    write(at(page, run_id, "3"), run_id, "Prefer plans.\n")
    press(page, "What would it ask?")
    assert "3 Generate strategic question" in shown(page)
    assert "at most about" in shown(page)

    field = page.text_area(key=f"trial-{run_id}-{NAME}")
    assert str(field.value).endswith("Prefer plans.\n")
    press(page, "Fork")

    made = branched(server, page, run_id)
    assert (made["kind"], made["from_step"], made["from_attempt"]) == ("fork", 3, 2)
    assert NAME not in made["prompt_numbers"]


def test_a_fork_begins_at_the_attempt_that_the_address_names(
    server: Branching, page: AppTest, run_id: str
) -> None:
    at(page, run_id, "3.1")
    assert chosen(page) == [3, 1]
    press(page, "What would it ask?")
    assert "From step 3, attempt 1" in shown(page)

    press(page, "Fork")

    made = branched(server, page, run_id)
    assert (made["from_step"], made["from_attempt"]) == (3, 1)


def test_a_fork_begins_at_the_second_of_two_steps_with_one_text(
    server: Branching, page: AppTest, run_id: str
) -> None:
    at(page, run_id, "5")
    assert chosen(page) == [5, None]
    press(page, "Fork")

    assert branched(server, page, run_id)["from_step"] == 5


def test_a_changed_text_is_asked_with_from_its_first_step_on(page: AppTest, run_id: str) -> None:
    at(page, run_id, "5.2")
    assert "a fork begins at step 4 or earlier" in shown(page)
    write(page, run_id, "Be brief.\n", "answer_question")
    press(page, "What would it ask?")

    assert "From step 4, attempt 2" in shown(page)


def test_a_text_that_cannot_be_asked_with_stays_with_the_reason(page: AppTest, run_id: str) -> None:
    at(page, run_id, "3")
    mine = write(page, run_id, "About {{subject}}")
    for button in ("What would it ask?", "Fork"):
        press(page, button)
        assert "asks for {{subject}}" in shown(page).replace("\\", "")
        assert page.text_area(key=f"trial-{run_id}-{NAME}").value == mine


def test_a_run_that_goes_on_is_not_forked(server: Branching, page: AppTest) -> None:
    open_run = server.post("/api/runs", {"topic": STALLED}).json()["run_id"]
    at(page, open_run, "1")
    press(page, "Fork")

    assert "still going on" in shown(page)
    assert "Runs that are over" in shown(page)
    server.post(f"/api/runs/{open_run}/cancel")


def test_a_run_nobody_knows_leads_back_to_the_prompts(page: AppTest) -> None:
    at(page, "01M81J10W4EW0KC9331TNW44FN", "3.1")
    assert "There is no run" in shown(page)

    press(page, "Back to the prompts")

    assert asked(page, "step") == NAME
    assert "run" not in page.query_params
    assert page.text_area(key=f"prompt-text-{NAME}").value


def test_a_run_is_chosen_from_the_list(page: AppTest, run_id: str) -> None:
    page.query_params["step"] = "3"
    page.run()
    page.selectbox(key=f"trial-run-{NAME}").set_value(run_id).run()

    assert asked(page, "run") == run_id
    assert page.text_area(key=f"trial-{run_id}-{NAME}").value


def test_a_tried_text_is_taken_to_an_editor_that_was_not_open_yet(
    page: AppTest, run_id: str
) -> None:
    mine = write(at(page, run_id, "3"), run_id, "Prefer maps.\n")
    press(page, "Take this text to the editor")

    assert "run" not in page.query_params
    assert page.text_area(key=f"prompt-text-{NAME}").value == mine


def test_a_tried_text_replaces_what_stands_in_the_editor_only_when_told(
    page: AppTest, run_id: str
) -> None:
    page.query_params["step"] = "3"
    page.run()
    page.text_area(key=f"prompt-text-{NAME}").set_value("Mine").run()
    mine = write(at(page, run_id, "3"), run_id, "Prefer maps.\n")
    press(page, "Take this text to the editor")
    assert "The editor holds a text that is not saved." in shown(page)
    assert asked(page, "run") == run_id

    press(page, "Replace what you wrote")

    assert "run" not in page.query_params
    assert page.text_area(key=f"prompt-text-{NAME}").value == mine


def test_stored_answers_are_judged_again_by_a_changed_text(
    server: Branching, page: AppTest, run_id: str
) -> None:
    at(page, run_id, "6")
    write(page, run_id, "Quote whole lines.\n", "judge_answer")
    press(page, "What would it ask?")
    assert "To judge again, attempt 2: 2 calls" in shown(page)

    press(page, "Judge again")

    made = branched(server, page, run_id)
    assert (made["kind"], made["from_attempt"]) == ("rejudge", 2)
    assert "judge_answer" not in made["prompt_numbers"]


def test_only_the_prompt_of_the_judge_judges_again(page: AppTest, run_id: str) -> None:
    at(page, run_id, "3")

    assert "Judge again" not in [button.label for button in page.button]
