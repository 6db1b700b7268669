"""Read a prompt the way a model does: what is material, what is the task."""

import re
from dataclasses import dataclass

_BLOCK = re.compile(
    r'<(?P<name>\w+) key="(?P<key>[^"]*)">\n(?P<text>.*?)\n</(?P=name) key="(?P=key)">', re.DOTALL
)
_ENTRY = re.compile(r"^\d+\. (\S.*)\n\s+Why it is wrong:", re.MULTILINE)
_EARLIER = re.compile(r'^\d+\. ".+"$', re.MULTILINE)
_DIFFICULTY = re.compile(r"^Difficulty: (Beginner|Intermediate|Advanced|Expert)\b", re.MULTILINE)
_REJECTED = "rejected_answer"
_USERS = frozenset({"topic", "subtopic", _REJECTED})


@dataclass(frozen=True, slots=True)
class Page:
    """A prompt, taken apart."""

    topic: str
    subtopic: str | None
    difficulty: str
    entries: tuple[str, ...]
    """Names of the mistakes it lists, in their order."""
    earlier: int
    """How many earlier attempts it tells of."""
    asked_again: bool
    """Whether it holds an answer that was rejected."""
    text: str
    """What is left without the texts a user wrote and without a rejected answer."""
    answer: str
    """The answer to be judged; the whole text where no answer is marked."""

    @classmethod
    def read(cls, prompt: str) -> "Page":
        """Take a prompt apart; what it lacks is left empty."""
        blocks = {found["name"]: found["text"] for found in _BLOCK.finditer(prompt)}
        text = _BLOCK.sub(lambda found: "" if found["name"] in _USERS else found[0], prompt)
        level = _DIFFICULTY.search(text)
        return cls(
            topic=blocks.get("topic", ""),
            subtopic=blocks.get("subtopic"),
            difficulty=level[1] if level else "Intermediate",
            entries=tuple(found[1].strip() for found in _ENTRY.finditer(text)),
            earlier=len(_EARLIER.findall(blocks.get("earlier", ""))),
            asked_again=_REJECTED in blocks,
            text=text,
            answer=blocks.get("answer", text),
        )
