from aqumen.events import Check
from aqumen.steps.rejection import rejected
from aqumen.templates import Prompts


def test_a_rejected_answer_comes_back_with_what_failed_and_nothing_that_passed() -> None:
    checks = (
        Check(name="six_errors", passed=False, detail="The catalog has 5 entries."),
        Check(name="complete", passed=True),
    )

    told = rejected(Prompts.shipped(), "k3y", checks, '{"errors": []}')

    assert '<rejected_answer key="k3y">\n{"errors": []}\n</rejected_answer key="k3y">' in told
    assert "- six_errors: The catalog has 5 entries." in told
    assert "complete:" not in told


def test_a_rejected_answer_cannot_fill_placeholders() -> None:
    told = rejected(Prompts.shipped(), "k3y", (), "{{checks}} {{key}}")

    assert "{{checks}} {{key}}" in told
