"""The file of labelled answers: what it holds, and what is said where it does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.launch.failure import LaunchFailed
from aqumen.launch.labelled import read
from fakes.samples import CATALOG, QUESTION, TEXT

Json = dict[str, Any]


def line(*made: bool | None, **more: Any) -> Json:
    catalog = [
        {"mistake": entry.mistake, "why_wrong": entry.why_wrong, "made": verdict}
        for entry, verdict in zip(CATALOG, made, strict=False)
    ]
    question = QUESTION.model_dump(mode="json")
    return {"topic": "SQL", "question": question, "answer": TEXT, "catalog": catalog, **more}


def written(folder: Path, *lines: str) -> Path:
    file = folder / "labelled.jsonl"
    file.write_text("\n".join(lines), "utf-8", newline="")
    return file


def test_a_line_holds_what_a_judge_sees_and_a_verdict_on_every_entry(tmp_path: Path) -> None:
    first, second = line(True, False, None), line(False, answer="Another answer.")
    file = written(tmp_path, json.dumps(first), "", f"{json.dumps(second)}\r", "  ")

    items = read(file)

    assert [len(item.entries) for item in items] == [3, 1]
    assert items[0].made == {CATALOG[0].mistake: True, CATALOG[1].mistake: False}
    assert (items[0].answer.text, items[0].question, items[0].topic) == (TEXT, QUESTION, "SQL")
    assert items[0].entries[1].why_wrong == CATALOG[1].why_wrong


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{", "Line 2: Invalid JSON"),
        ("[]", "Line 2: Input should be an object"),
        (json.dumps(line(True, answer="")), "Line 2: answer: "),
        (json.dumps(line(True, label="x")), "Line 2: label: Extra inputs are not permitted"),
        (json.dumps(line()), "Line 2: catalog: List should have at least 1 item"),
        (json.dumps(line(True, question={})), "Line 2: question.title: Field required"),
        (json.dumps(line("yes")), "Line 2: catalog.0.made: "),  # type: ignore[arg-type]
        (json.dumps({**line(True), "catalog": line(True)["catalog"] * 2}), "twice"),
        (json.dumps(line(True)), f"Line 2: line 1 labels {CATALOG[0].mistake!r}"),
        (json.dumps(line(False)), f"Line 2: line 1 labels {CATALOG[0].mistake!r}"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "Line 2: "),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(tmp_path: Path, wrong: str, said: str) -> None:
    file = written(tmp_path, json.dumps(line(True)), wrong)

    with pytest.raises(LaunchFailed) as failed:
        read(file)

    assert said in failed.value.text


def test_further_entries_of_an_answer_may_be_labelled_in_further_lines(tmp_path: Path) -> None:
    again, undecided = line(True, False), line(None)
    again["catalog"] = again["catalog"][1:]

    items = read(written(tmp_path, *map(json.dumps, (line(True), again, undecided))))

    assert [len(item.made) for item in items] == [1, 1, 0]


def test_a_byte_order_mark_at_the_beginning_is_read_over(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps(line(True)), "utf-8-sig")

    assert len(read(file)) == 1


def test_of_a_file_without_an_end_no_more_is_read_than_a_file_may_hold() -> None:
    with pytest.raises(LaunchFailed, match="larger than 64 MB"):
        read(Path("/dev/zero"))


def test_of_many_wrong_lines_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    with pytest.raises(LaunchFailed, match="And 3 more") as failed:
        read(written(tmp_path, *["{}!"] * 13))

    assert "Line 10: " in failed.value.text
    assert "Line 11: " not in failed.value.text


def test_a_file_that_is_empty_or_away_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(LaunchFailed, match="holds no labelled answer"):
        read(written(tmp_path, "", " "))
    with pytest.raises(LaunchFailed, match="cannot be read"):
        read(tmp_path / "nowhere.jsonl")


@given(st.binary(max_size=200))
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, held: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_bytes(held)

    with pytest.raises(LaunchFailed):
        read(file)
