"""What the simulated author of exercises writes: only mistakes the prompt lists as verified."""

import re

from aqumen.models.request import JsonObject

from .page import Page
from .scene import Scene
from .script import Exercise

_SPAN = re.compile(r"<<(.+?)>>")


def exercise(scene: Scene, page: Page) -> JsonObject:
    """Return an answer of step 7; empty content where the attempt has nothing to show."""
    attempt = scene.current
    chosen = attempt.exercise
    if attempt.refused_exercise is not None and not page.asked_again:
        chosen = attempt.refused_exercise
    if chosen is None:
        return {"title": attempt.title, "content": [], "errors": []}
    names = {entry.key: entry.mistake for entry in scene.script.mistakes}
    wanted = _wanted(chosen, names, page)
    flaws = [flaw for flaw in chosen.errors if flaw.mistake in wanted]
    hidden = {flaw.id for flaw in chosen.errors} - {flaw.id for flaw in flaws}
    return {
        "title": chosen.title,
        "difficulty": page.difficulty,
        "content_type": chosen.content_type,
        "content": [_without(hidden, line) for line in chosen.content.splitlines()],
        "errors": [
            {"id": flaw.id, "description": flaw.description, "mistake": names[flaw.mistake]}
            for flaw in flaws
        ],
    }


def _wanted(chosen: Exercise, names: dict[str, str], page: Page) -> set[str]:
    """Keys of the exercise's mistakes that the prompt lists; all of them if it lists none."""
    keys = {flaw.mistake for flaw in chosen.errors}
    return {key for key in keys if names[key] in page.entries} or keys


def _without(hidden: set[str], line: str) -> str:
    """Take the marks off spans that are not to be shown as errors."""
    return _SPAN.sub(lambda found: found[1] if found[1] in hidden else found[0], line)
