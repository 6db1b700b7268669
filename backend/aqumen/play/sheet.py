"""The exercise as it lies before the student, and the errors where they stand in it."""

from dataclasses import dataclass

from aqumen.errors import Conflict
from aqumen.events import Assessment, Span
from aqumen.steps.spans import bare, marked, stray_markers

from .pieces import Piece, pieces


@dataclass(frozen=True, slots=True)
class Flaw:
    """An error of the exercise, and where it stands."""

    line: int
    """Counted from 1."""
    start: int
    end: int
    """In code points of the line without marks, like `start`; the first that is not its own."""
    text: str
    description: str
    mistake: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line without marks, and where it can be clicked."""

    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An exercise; all of it but `flaws` may be shown before it is answered."""

    title: str
    difficulty: str
    content_type: str
    lines: tuple[Line, ...]
    flaws: tuple[Flaw, ...]

    @classmethod
    def of(cls, assessment: Assessment) -> "Sheet":
        """Return an assessment as it is played.

        Raises Conflict if a mark would stay in its lines, or an error of it stands nowhere.
        """
        content, errors = assessment.content, {error.id: error for error in assessment.errors}
        named = [span for span in marked(content) if span.text in errors]
        if any(stray_markers(content)) or sorted(errors) != sorted(span.text for span in named):
            raise Conflict("The marks of this question cannot be read, so it cannot be played.")
        bared = [bare(line).text for line in content]
        return cls(
            title=assessment.title,
            difficulty=assessment.difficulty,
            content_type=assessment.content_type,
            lines=tuple(Line(text, pieces(text)) for text in bared),
            flaws=tuple(
                flaw
                for number, line in enumerate(content, 1)
                for flaw in _flaws(number, line, errors)
            ),
        )


def _flaws(number: int, line: str, errors: dict[str, Span]) -> list[Flaw]:
    text, places = bare(line)
    found = ((start, end, errors.get(text[start:end])) for start, end in places)
    return [
        Flaw(number, start, end, error.id, error.description, error.mistake)
        for start, end, error in found
        if error is not None
    ]
