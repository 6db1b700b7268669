import pytest

from aqumen.material import Answer
from aqumen.steps.answer_question import AnswerQuestion
from fakes.samples import AIM, QUESTION, TEXT, wrote

STEP = AnswerQuestion(AIM.topic, QUESTION)


def _accepted(text: str) -> Answer:
    value = STEP.accept(wrote(text)).value
    assert value is not None
    return value


def test_the_answer_is_kept_whole_and_in_sections() -> None:
    answer = _accepted(TEXT)

    assert answer.text == TEXT
    assert answer.output.startswith("def transfer(")
    assert answer.rationale == "The check stands before the update."
    assert answer.considerations == "Accounts exist."


def test_headings_may_be_written_a_little_differently() -> None:
    answer = _accepted("## Output:\r\nA\r\n### **Rationale**\r\nB\r\n#### CONSIDERATIONS\r\nC")

    assert (answer.output, answer.rationale, answer.considerations) == ("A", "B", "C")


def test_a_result_with_headings_of_its_own_stays_whole() -> None:
    inner = "# Plan\n### Considerations\nof the plan\n### Rationale\nof the plan"

    answer = _accepted(f"### OUTPUT\n{inner}\n### RATIONALE\nB\n### CONSIDERATIONS\nC")

    assert answer.output == inner
    assert answer.rationale == "B"


@pytest.mark.parametrize(
    "text",
    [
        "Just the result.",
        "### OUTPUT\nA\n### RATIONALE\nB",
        "### CONSIDERATIONS\nC\n### RATIONALE\nB\n### OUTPUT\nA",
        "### OUTPUT\n\n### RATIONALE\nB\n### CONSIDERATIONS\nC",
    ],
)
def test_without_its_three_sections_an_answer_is_rejected(text: str) -> None:
    failed = [check.name for check in STEP.accept(wrote(text)).checks if not check.passed]

    assert failed == ["sections_present"]


@pytest.mark.parametrize("text", ["", "  \n", TEXT + "\ud800"])
def test_an_answer_that_is_no_text_is_rejected(text: str) -> None:
    failed = [check.name for check in STEP.accept(wrote(text)).checks if not check.passed]

    assert "text_given" in failed


def test_it_is_plain_text_for_every_model() -> None:
    assert STEP.ask().tool is None
    assert STEP.ask().temperature is None
