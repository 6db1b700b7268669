"""The inside of a card, tab by tab."""

import json
import re
from html import escape

import pytest
from streamlit.testing.v1 import AppTest

from aqumen.events import Evidence, Quote
from fakes.api import FakeApi
from fakes.screen import Open, rows, shown, until
from fakes.story import Story, delta

EVIDENCE = Evidence(
    mistake="Leaves the file open",
    mid="absent",
    weak="present",
    weak_quote=Quote(start=0, end=10, text="open(path)"),
    mid_reason="It is closed by with.",
)


def story() -> Story:
    """A run whose step 6 was judged, then went on to a rejected step 7."""
    told = Story()
    told.start()
    told.steps(1, 2, 3, 4, 5)
    told.begin(6)
    told.answer(6, text='{"findings": []}', evidence=(EVIDENCE,))
    told.begin(7)
    told.answer(7, failed="spans_are_marked")
    return told


def unfold(app: AppTest, step: int, tab: str) -> None:
    """Open a step's card at one of its tabs, as a link would."""
    app.query_params["step"] = f"{step}.1"
    app.query_params["tab"] = tab
    app.run()


def coloured_in(app: AppTest) -> list[str]:
    """Return the code that the browser colours."""
    return [block.value for block in app.code if block.value.strip()]


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("evidence", "open(path)"),
        ("evidence", "It is closed by with."),
        ("checks", "has_content"),
        ("calls", "Judge differentiation"),
        ("calls", "end turn"),
    ],
)
def test_a_tab_shows_what_it_names(api: FakeApi, opened: Open, tab: str, said: str) -> None:
    api.say("run-1", *story().told)
    app = opened("run-1")

    unfold(app, 6, tab)

    assert said in shown(app)


def test_tool_answers_are_laid_out_and_prompts_are_shown_whole(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *story().told)
    app = opened("run-1")

    unfold(app, 6, "raw")
    response = [block.value for block in app.code]
    unfold(app, 6, "prompt")
    prompt = [block.value for block in app.code]

    assert json.dumps({"findings": []}, indent=2) in response
    assert "prompt of step 6" in prompt


def test_a_step_told_from_memory_called_no_model(api: FakeApi, opened: Open) -> None:
    told = Story()
    told.start()
    told.begin(1)
    _, data = told.answer(1)
    data["calls"] = []
    api.say("run-1", *told.told)
    app = opened("run-1")

    unfold(app, 1, "calls")

    assert "the answer was known already" in shown(app)


def test_several_calls_can_be_read_one_by_one(api: FakeApi, opened: Open) -> None:
    told = Story()
    told.start()
    told.begin(6)
    _, data = told.answer(6)
    data["calls"] = [data["calls"][0] | {"label": name, "prompt": name} for name in ("A", "B")]
    api.say("run-1", *told.told)
    app = opened("run-1")
    unfold(app, 6, "calls")

    app.selectbox(key="card-run-1-1-6-call-1").set_value(2).run()

    assert "B" in [block.value for block in app.code]


def test_an_answer_that_was_not_accepted_can_be_read_beside_the_next(
    api: FakeApi, opened: Open
) -> None:
    api.say("run-1", *story().told, delta(7, 0, "Second try", answer=2))
    app = opened("run-1")
    until(app, lambda: "Second try" in [block.value for block in app.code])

    (group,) = [each for each in app.button_group if each.key == "card-run-1-1-7-answer-2"]
    options = list(group.options)
    group.set_value(1).run()

    assert options == ["Answer 1, not accepted", "Answer 2, being written"]
    assert "spans_are_marked is not met" in shown(app)


def test_tries_that_failed_are_told_with_their_reason(api: FakeApi, opened: Open) -> None:
    told = Story()
    told.start()
    told.begin(1)
    told.retry(1)
    api.say("run-1", *told.told)

    app = opened("run-1")
    until(app, lambda: bool(rows(app)))

    assert "failed (model throttled); tried again after 2.0 s" in shown(app)
    assert "Waiting for the first token" in shown(app)


def test_a_run_can_be_taken_home_as_the_lines_it_was_told_in(api: FakeApi, opened: Open) -> None:
    told = Story().whole().told
    api.say("run-1", *told)
    app = opened("run-1")

    lines = [json.loads(line) for line in app.session_state["watch"].log().splitlines()]

    assert [(line["event"], line["data"]) for line in lines] == told


def test_an_answer_too_long_to_be_coloured_is_text_and_whole(api: FakeApi, opened: Open) -> None:
    lines = [f"row_{number} = a < b & c" for number in range(10_000)]
    code = [
        "\n".join(["```python", *part, "```"])
        for part in (lines[at : at + 100] for at in range(0, len(lines), 100))
    ]
    text = "\n".join(["Most of it is code.", *code, "Nothing is left out."])
    told = Story()
    told.start()
    told.begin(5)
    told.answer(5, text=text)
    told.fail("model_unavailable", 6)
    api.say("run-1", *told.told)
    app = opened("run-1")

    unfold(app, 5, "answer")
    answer, coloured = shown(app), coloured_in(app)
    unfold(app, 5, "raw")
    raw, also_coloured = shown(app), coloured_in(app)

    assert len(text) > 200_000
    assert coloured == also_coloured == []
    for html in (answer, raw):
        assert re.findall(r"row_\d+ = a &lt; b &amp; c", html) == [escape(line) for line in lines]
        assert "Most of it is code." in html
        assert "Nothing is left out." in html
        assert html.count('<div class="aq-passage">') > 200_000 / 5_000, "drawn as it is read"


def test_half_a_character_in_an_answer_is_shown_as_a_question_mark(
    api: FakeApi, opened: Open
) -> None:
    told = Story()
    told.start()
    told.begin(1)
    told.answer(1, text='{"a": "\\ud800 and"}')
    told.fail("model_unavailable", 2)
    api.say("run-1", *told.told)
    app = opened("run-1")

    unfold(app, 1, "raw")

    assert '{\n  "a": "? and"\n}' in coloured_in(app)
