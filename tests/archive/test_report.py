"""The report: what people find in it, and that nothing in a run can break it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aqumen.archive.escaping import block, code, plain
from aqumen.archive.report import as_markdown
from aqumen.events import Evidence, Quote, now
from aqumen.judging.correction import Labels, accuracy
from fakes.certified import ORDERED, certified, certified_by
from fakes.judges import disputing, with_second
from fakes.sampling import confirming
from fakes.story import exercise
from fakes.wholes import golden, story, whole

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "```\n# Owned\n~~~~\n<script>alert(1)</script>\n````markdown\n| a | b |\n|---|---|\n"
    "[click](https://evil.example) ![](x) <!-- \r# Owned\u2028# Owned\n---\n> no\n`````\n# Owned"
)


def headings(report: str) -> list[str]:
    tokens = READER.parse(report)
    return [tokens[at + 1].content for at, one in enumerate(tokens) if one.type == "heading_open"]


def kinds(tokens: list[Token]) -> set[str]:
    return {one.type for token in tokens for one in [token, *(token.children or [])]}


def test_the_report_of_a_run_has_its_outcome_its_question_and_its_steps() -> None:
    report = as_markdown(golden()).decode()

    assert report.startswith("# GRPO in RL\n\n> **Simulated.**")
    assert "- Outcome: It came to a result." in report
    assert "does not say that the question separates the models" in report
    assert headings(report)[:3] == ["GRPO in RL", "The question", "The errors"]
    assert "### Step 6, Judge differentiation (attempt 2, answer 1: accepted)" in report
    assert "#### Call 1: mid-tier answer" in report
    assert "  - Weak-tier answer: present, in `" in report
    assert "USD, " in report
    assert "- `error_catalog`, version `" in report


def test_the_report_of_a_certified_run_tells_every_answer_and_what_they_come_to() -> None:
    report = as_markdown(certified(choose=confirming(1, 2))).decode()

    told = headings(report)
    assert "The confirmation of attempt 1: passed" in told
    assert len([heading for heading in told if "-tier answer " in heading and "," in heading]) >= 30
    assert "- Mid-tier: absent 11, present 1, missing 0" in report
    assert "- Check passed: `difference_above_zero`" in report
    assert "(each bound one-sided, confidence 0.950)" in report


def test_the_report_says_what_two_judges_say_and_what_rates_are_without_their_errors() -> None:
    labels = Labels(made=50, found=45, avoided=100, cleared=90, unclear=0)
    known = accuracy(labels, judge="first", judge_2="second", prompt="p", at=now())
    plan = replace(with_second(ORDERED), accuracy=lambda: known)

    report = as_markdown(certified_by(disputing(1, 2), plan)).decode()

    assert "The two judges agree on 174 of 180 findings: 0.97 (95 % interval 0.93 to" in report
    assert "The two judges agree on 22 of 24 answers" in report
    assert "missing 2, of which disputed 2" in report
    assert "### weak-tier answer 1, confirmation of attempt 1: disputed" in report
    assert "  - First judge: present, in " in report
    assert "  - Second judge: absent" in report
    assert "allowed for the judge's errors (95 % intervals): mid-tier 1.00, from" in report
    assert "found 45 of 50 mistakes that were made, and cleared 90 of 100" in report


def test_the_student_sees_no_marks() -> None:
    told = story().whole().told

    report = as_markdown(whole(told)).decode()

    assert "    handle = open(path)\n" in report.split("### The errors")[0]
    assert "1. Line 2: `handle = open(path)`" in report


def test_the_report_of_a_failed_run_says_why() -> None:
    told = story()
    told.start()
    told.retry(1)
    told.answer(1, failed="three_levels")
    told.fail("model_unavailable", step=1)

    report = as_markdown(whole(told.told)).decode()

    assert (
        "It failed. The model service is unavailable at the moment. (`model_unavailable`)" in report
    )
    assert "try 1 failed (`model_throttled`)" in report
    assert "(attempt 1, answer 1: not accepted)" in report
    assert "Check failed: `three_levels`: three\\_levels is not met" in report
    assert "## The question" not in report


def test_the_report_of_a_run_without_a_question_says_why() -> None:
    told = story()
    told.start()
    told.no_question("Both answers avoided every mistake.")
    told.done()

    report = as_markdown(whole(told.told)).decode()

    assert "It ended without a question. Both answers avoided every mistake." in report


def test_an_event_of_a_newer_version_is_left_out_and_counted() -> None:
    told = story().whole().told
    run = whole(told)
    events = (*run.events[:1], run.events[1]._replace(data='{"type":"later"}'), *run.events[2:])

    report = as_markdown(type(run)(run.run, run.prompts, events)).decode()

    assert "1 of its events are of a newer version" in report


def test_nothing_that_is_written_in_a_run_is_markup_in_its_report() -> None:
    one_line = " ".join(HOSTILE.split())[:200]
    quote = Quote(start=0, end=9, text=HOSTILE)
    told = story(topic=one_line)
    told.start()
    told.answer(
        6,
        text=HOSTILE,
        evidence=(
            Evidence(
                mistake=HOSTILE, mid="absent", weak="present", weak_quote=quote, weak_reason=HOSTILE
            ),
        ),
    )
    told.told[-1][1]["description"] = HOSTILE
    told.told[-1][1]["calls"][0]["label"] = HOSTILE
    told.told[-1][1]["checks"] = [{"name": HOSTILE, "passed": False, "detail": HOSTILE}]
    told.final(
        assessment=exercise(tuple(HOSTILE.splitlines())).model_copy(update={"title": HOSTILE})
    )
    told.done()

    report = as_markdown(whole(told.told)).decode()

    assert "Owned" not in headings(report)
    found = kinds(READER.parse(report))
    assert not found & {"html_block", "html_inline", "link_open", "image", "table_open", "s_open"}
    assert headings(report)[-1] == "Prompt texts"


@settings(max_examples=300)
@given(st.text(st.sampled_from("`~#<>&|\\*_[]()!- \n\r\t1.:@$a\u2028\x0b"), max_size=40))
def test_any_text_stays_where_it_is_put(text: str) -> None:
    report = f"# {plain(text)}\n\n- x {plain(text)}\n\n- x {code(text)}\n\n{block(text)}\n\n# End"
    tokens = READER.parse(report)

    assert [token.type for token in tokens].count("fence") == 1
    assert headings(report)[-1] == "End"
    assert len(headings(report)) == 2
    assert not kinds(tokens) & {"html_block", "html_inline", "link_open", "image", "em_open"}


@settings(max_examples=200)
@given(st.text(st.sampled_from("`|\\*_a b"), max_size=20))
def test_text_is_shown_as_it_was_written(text: str) -> None:
    (inline,) = [token for token in READER.parse(f"x {plain(text)} x") if token.type == "inline"]
    shown = "".join(child.content for child in inline.children or [])

    assert " ".join(shown.split()) == " ".join(f"x {text} x".split())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://evil.example", r"https\://evil.example"),
        ("WWW.evil.example", r"WWW\.evil.example"),
        ("me@evil.example", r"me\@evil.example"),
        ("reversed: it should", "reversed: it should"),
    ],
)
def test_addresses_become_no_links(text: str, written: str) -> None:
    assert plain(text) == written


@pytest.mark.parametrize("text", ["a`b", "``", "`a", "a ``` b"])
def test_code_with_ticks_is_code(text: str) -> None:
    (inline,) = [token for token in READER.parse(f"x {code(text)}") if token.type == "inline"]
    (shown,) = [child for child in inline.children or [] if child.type == "code_inline"]

    assert shown.content == text
