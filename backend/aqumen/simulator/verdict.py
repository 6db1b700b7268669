"""What the simulated judge says of an answer: it looks for the words the content names."""

from dataclasses import dataclass

from aqumen.models.request import JsonObject

from .page import Page
from .script import Entry, Script, Written

_CLEAN = (
    "No passage of the answer does this.",
    "Looked for it in the result and in the reasons given; it is not there.",
    "The answer deals with this point and does not make the mistake.",
    "The places where it could be made are free of it.",
)


def verdict(script: Script, page: Page) -> JsonObject:
    """Return one finding for each entry of the prompt, in its order, and a score."""
    reading = _Reading.of(script, page.answer)
    entries = {entry.mistake: entry for entry in script.mistakes}
    return {
        "findings": [
            reading.finding(name, entries.get(name), _CLEAN[number % len(_CLEAN)])
            for number, name in enumerate(page.entries or tuple(entries))
        ],
        "quality_score": reading.score,
    }


@dataclass(frozen=True, slots=True)
class _Reading:
    """An answer, and what the content says it may be."""

    answer: str
    candidates: tuple[Written, ...]
    known: Written | None

    @classmethod
    def of(cls, script: Script, answer: str) -> "_Reading":
        """Recognise an answer by its last paragraph, which no topic is put into."""
        written = tuple(each for attempt in script.attempts for each in (attempt.mid, attempt.weak))
        known = next((each for each in written if each.ending in answer), None)
        return cls(answer, written, known)

    @property
    def score(self) -> int:
        return self.known.score if self.known else 6

    def finding(self, name: str, entry: Entry | None, clean: str) -> JsonObject:
        quote = self._quote(entry) if entry else None
        if entry is None or quote is None:
            reason = self._why_not(entry) if entry else ""
            return {"mistake": name, "quote": "", "reason": reason or clean, "present": "no"}
        reason = f"These words show it. {entry.why_wrong}"
        return {"mistake": name, "quote": quote, "reason": reason, "present": "yes"}

    def _why_not(self, entry: Entry) -> str:
        remark = self.known.remarks.get(entry.key) if self.known else None
        return remark or entry.avoided

    def _quote(self, entry: Entry) -> str | None:
        for written in self.candidates:
            quote = written.quotes.get(entry.key)
            if quote is not None and quote in self.answer:
                return quote
            for slip in written.misquotes:
                if slip.mistake == entry.key and slip.seen in self.answer:
                    return slip.quote
        return None
