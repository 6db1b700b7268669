"""An exercise that is being played, line by line: to be chosen from, and with what was chosen."""

from html import escape
from typing import Any

from .exercise import NUMBERED
from .replies import Exercise, Line, Place, Scored

FOUND, MISSED, FALSE_ALARM = "Found", "Missed", "False alarm"
_TONES = {FOUND: "good", MISSED: "warn", FALSE_ALARM: "bad"}


def choices(exercise: Exercise) -> dict[str, Any]:
    """Return the lines as the component takes them: parts, of which those with `at` are chosen."""
    numbered = exercise.content_type in NUMBERED
    lines = [{"number": line.number, "parts": _parts(line)} for line in exercise.lines]
    return {"numbered": numbered, "lines": lines}


def results_html(exercise: Exercise, scored: Scored) -> str:
    """Return the lines with what was found, missed or chosen without reason, each explained."""
    said = [(FOUND, place) for place in scored.hits]
    said += [(MISSED, place) for place in scored.misses]
    said += [(FALSE_ALARM, place) for place in scored.false_alarms]
    rows = (
        _row(line, sorted((each for each in said if each[1].line == line.number), key=_start))
        for line in exercise.lines
    )
    kind = "aq-counted" if exercise.content_type in NUMBERED else ""
    return f'<div class="aq-played {kind}">{"".join(rows)}</div>'


def _parts(line: Line) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    end = 0
    for piece in line.pieces:
        parts.append({"text": line.text[end : piece.start]})
        at = {"line": line.number, "start": piece.start, "end": piece.end}
        parts.append({"text": line.text[piece.start : piece.end], "at": at})
        end = piece.end
    return [part for part in [*parts, {"text": line.text[end:]}] if part["text"]]


def _row(line: Line, said: list[tuple[str, Place]]) -> str:
    written, end = "", 0
    for word, place in said:
        written += escape(line.text[end : place.start])
        text = escape(line.text[place.start : place.end])
        written += f'<mark class="aq-{_TONES[word]}">{text}</mark>'
        end = place.end
    written += escape(line.text[end:])
    notes = "".join(_note(word, place) for word, place in said)
    return f"<div><i>{line.number}</i><code>{written or ' '}</code></div>{notes}"


def _note(word: str, place: Place) -> str:
    mistake = f"<small>{escape(place.mistake)}</small>" if place.mistake else ""
    return f'<p class="aq-{_TONES[word]}"><b>{word}</b> {escape(place.explanation)} {mistake}</p>'


def _start(said: tuple[str, Place]) -> int:
    return said[1].start
