"""The simulated models' mind: answers every step from authored content, by the prompt alone.

Only where several answers to one prompt are asked for does it say now this, now that.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from aqumen.models.request import JsonObject

from .exercise import exercise
from .mind import Asked, Said
from .page import Page
from .scene import Scene, after_the_question, before_the_question
from .verdict import verdict

_SWAPS = 16
"""Of 256 samples."""


class Scripted:
    """Plays all four models: what is asked tells which, and the model's id one tier from another.

    Keeps nothing between calls: the same prompt has the same answer, and so has the same sample
    of one.
    """

    def __init__(self, weak: str = "haiku") -> None:
        """Take the weak tier's model id, or a part of it that the other ids lack."""
        self._weak = weak

    def answer(self, asked: Asked) -> Said:
        """Return the answer the content has for this prompt."""
        page = Page.read(asked.prompt)
        if asked.tool_name is None:
            return Said(text=self._attempted(after_the_question(page), asked))
        return Said(tool_input=_tool_input(asked.tool_name, page))

    def _attempted(self, scene: Scene, asked: Asked) -> str:
        attempt = scene.current
        weak = (self._weak in asked.model_id) != _swapped(asked.metadata)
        written = attempt.weak if weak else attempt.mid
        return written.text.replace("{{topic}}", scene.label)


def _swapped(metadata: Mapping[str, str]) -> bool:
    """Return whether a sample is one of those in which a model answers as the other does."""
    if not metadata.get("sample"):
        return False
    place = "\n".join(metadata.get(name, "") for name in ("run", "attempt", "sample"))
    return hashlib.sha256(place.encode("utf-8", "replace")).digest()[0] < _SWAPS


def _tool_input(tool_name: str, page: Page) -> JsonObject:
    match tool_name:
        case "difficulty_categories_tool":
            return before_the_question(page).script.categories.model_dump(mode="json")
        case "error_catalog_tool":
            return _catalog(before_the_question(page), page)
        case "strategic_question_tool":
            return _question(before_the_question(page))
        case "judge_decision_tool":
            return verdict(after_the_question(page).script, page)
        case "student_assessment_tool":
            scene = after_the_question(page)
            return _filled(exercise(scene, page), scene.label)
        case _:
            return {}


def _catalog(scene: Scene, page: Page) -> JsonObject:
    entries = [
        entry.model_dump(mode="json", exclude={"key", "avoided"}) for entry in scene.script.mistakes
    ]
    if scene.script.catalog_comes_short and not page.asked_again:
        entries.pop()
    return {"errors": entries}


def _question(scene: Scene) -> JsonObject:
    attempt = scene.current
    question = attempt.model_dump(
        mode="json",
        include={
            "title",
            "question_text",
            "context",
            "artifact_type",
            "requirements",
            "success_criteria",
        },
    )
    if scene.attempt >= len(scene.script.attempts):
        question["title"] = f"{attempt.title} ({scene.attempt + 1})"
    return _filled(question, scene.label)


def _filled(content: JsonObject, label: str) -> JsonObject:
    """Put the topic into every text of an answer."""
    return {name: _with_topic(value, label) for name, value in content.items()}


def _with_topic(value: Any, label: str) -> Any:
    if isinstance(value, str):
        return value.replace("{{topic}}", label)
    if isinstance(value, list):
        return [_with_topic(each, label) for each in value]
    return _filled(value, label) if isinstance(value, dict) else value
