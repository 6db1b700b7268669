"""What a model is told about an answer that was not accepted."""

from collections.abc import Iterable

from aqumen.events import Check
from aqumen.templates import Prompts


def rejected(prompts: Prompts, key: str, checks: Iterable[Check], answer: str) -> str:
    """Return the text to put behind the step's prompt when the model is asked again.

    `answer` is the rejected answer as the model wrote it.
    """
    failed = "\n".join(f"- {each.name}: {each.detail}" for each in checks if not each.passed)
    values = {"key": key, "checks": failed, "answer": answer}
    return "\n\n" + prompts["rejected_answer"].fill(values)
