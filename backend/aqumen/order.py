"""What somebody asked for: the parameters of one run."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from aqumen.events import Difficulty, Rigor

_FORBIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories of control characters, surrogates and line separators."""

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffd")
"""Letters and symbols that show nothing, and what undecodable bytes become."""


def _one_line(text: str) -> str:
    text = unicodedata.normalize("NFC", text.strip())
    if any(unicodedata.category(character) in _FORBIDDEN for character in text):
        raise ValueError("must be one line without control characters")
    return text


def _long_enough(text: str) -> str:
    if not 3 <= len(text) <= 200 or not any(map(_visible, text)):
        raise ValueError("must have 3 to 200 characters")
    return text


def _visible(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] in "LMNPS" and character not in _BLANK


def _short_enough(text: str) -> str | None:
    if len(text) > 200:
        raise ValueError("must have at most 200 characters")
    return text or None


Topic = Annotated[str, AfterValidator(_one_line), AfterValidator(_long_enough)]
Subtopic = Annotated[str, AfterValidator(_one_line), AfterValidator(_short_enough)]


class Order(BaseModel):
    """The parameters of one run; raises pydantic's ValidationError for what cannot be run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: Topic
    """What the question is about: 3-200 characters after trimming, one line."""
    max_attempts: int = Field(default=3, ge=1, le=5)
    """How often steps 3-6 may be tried."""
    difficulty: Difficulty | None = None
    """None lets the pipeline choose."""
    subtopic: Subtopic | None = None
    """None lets the pipeline choose among those of step 1."""
    rigor: Rigor = "single-sample"
