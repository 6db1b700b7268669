"""Which authored content a prompt calls for."""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from .page import Page
from .script import Attempt, Script, authored, generic
from .topic import fits, spoken


@dataclass(frozen=True, slots=True)
class Scene:
    """The content a prompt calls for."""

    script: Script
    label: str
    """What `{{topic}}` stands for."""
    attempt: int = 0
    """0-based; may lie beyond the script's last attempt."""

    @property
    def current(self) -> Attempt:
        """The attempt's content; the last one is played again when there is no other."""
        return self.script.attempts[min(self.attempt, len(self.script.attempts) - 1)]


def before_the_question(page: Page) -> Scene:
    """Return the scene of a prompt of steps 1 to 3: by topic, subtopic and earlier attempts."""
    own = _own(page.topic)
    if own is not None and (page.subtopic is None or _lists(own, page.subtopic)):
        return Scene(own, "", page.earlier)
    digest = hashlib.sha256(page.topic.encode("utf-8", "replace")).digest()
    script = generic()[digest[0] % len(generic())]
    return Scene(script, _label(page), page.earlier)


def after_the_question(page: Page) -> Scene:
    """Return the scene of a prompt of steps 4 to 7: by the question that stands in it."""
    own = _own(page.topic)
    for script in (*([own] if own else []), *generic()):
        for index, attempt in enumerate(script.attempts):
            told = re.search(
                rf"^Title: {re.escape(attempt.marker)} ?(.*)$", page.text, re.MULTILINE
            )
            if told:
                return Scene(script, re.sub(r" \(\d+\)$", "", told[1]), index)
    return before_the_question(page)


@lru_cache(maxsize=256)
def _own(topic: str) -> Script | None:
    best = max(authored(), key=lambda script: fits(topic, script))
    return best if fits(topic, best) else None


def _lists(script: Script, subtopic: str) -> bool:
    known = script.categories
    return subtopic.strip().casefold() in {
        each.casefold() for each in known.Beginner + known.Intermediate + known.Advanced
    }


def _label(page: Page) -> str:
    if page.subtopic is None or any(_lists(script, page.subtopic) for script in generic()):
        return spoken(page.topic)
    return spoken(f"{page.subtopic} ({page.topic})")
