"""What the exercise's API says and is told: an exercise without its answers, and then with them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from aqumen.play.scoring import Mark, Score
from aqumen.play.sheet import Flaw, Sheet

_MOST_MARKS = 500
_Position = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class Share(BaseModel):
    """The link by which students reach a run's exercise."""

    run_id: str
    token: str
    """Cannot be guessed, and says nothing of the run."""
    play_url: str


class PieceShown(BaseModel):
    """A part of a line that can be chosen."""

    start: int
    """In code points of the line, like `end`, which is the first that is not the piece's."""
    end: int


class LineShown(BaseModel):
    """A line, in which nothing is marked."""

    number: int
    """Counted from 1."""
    text: str
    pieces: list[PieceShown]
    """Made from the text alone: they say nothing of where errors are."""


class Exercise(BaseModel):
    """An exercise as it is given to a student: nothing in it says what is wrong."""

    title: str
    difficulty: str
    content_type: str
    errors_to_find: int
    lines: list[LineShown]

    @classmethod
    def of(cls, sheet: Sheet) -> "Exercise":
        """Return what may be shown before an answer."""
        return cls(
            title=sheet.title,
            difficulty=sheet.difficulty,
            content_type=sheet.content_type,
            errors_to_find=len(sheet.flaws),
            lines=[
                LineShown(
                    number=number,
                    text=line.text,
                    pieces=[PieceShown(start=start, end=end) for start, end in line.pieces],
                )
                for number, line in enumerate(sheet.lines, 1)
            ],
        )


class Chosen(BaseModel):
    """A piece that a student takes for wrong: one of its line's `pieces`."""

    line: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    start: _Position
    end: _Position


class AnswerParameters(BaseModel):
    """What a student takes for wrong; nothing is an answer too. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"marks": [{"line": 2, "start": 4, "end": 18}]}]}
    )

    marks: list[Chosen] = Field(max_length=_MOST_MARKS)

    def chosen(self) -> list[Mark]:
        """Return the marks."""
        return [Mark(mark.line, mark.start, mark.end) for mark in self.marks]


class Place(BaseModel):
    """A part of a line."""

    line: int
    start: int
    end: int
    text: str
    explanation: str


class Wrong(Place):
    """An error of the exercise, with what is wrong about it."""

    mistake: str
    """The name of the mistake it is an example of."""


class Scored(BaseModel):
    """What an answer came to; each list in the order of the lines."""

    errors_to_find: int
    hits: list[Wrong]
    """The errors that a chosen piece touches, each once."""
    misses: list[Wrong]
    false_alarms: list[Place]
    """The chosen pieces that touch no error."""

    @classmethod
    def of(cls, sheet: Sheet, score: Score) -> "Scored":
        """Return a score as it is shown."""
        return cls(
            errors_to_find=len(sheet.flaws),
            hits=[_wrong(flaw) for flaw in score.hits],
            misses=[_wrong(flaw) for flaw in score.misses],
            false_alarms=[_alarm(sheet, mark) for mark in score.false_alarms],
        )


def _wrong(flaw: Flaw) -> Wrong:
    return Wrong(
        line=flaw.line,
        start=flaw.start,
        end=flaw.end,
        text=flaw.text,
        explanation=flaw.description,
        mistake=flaw.mistake,
    )


def _alarm(sheet: Sheet, mark: Mark) -> Place:
    text = sheet.lines[mark.line - 1].text[mark.start : mark.end]
    return Place(**mark._asdict(), text=text, explanation="None of the errors is here.")
