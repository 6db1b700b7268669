"""What a student's choice came to.

An error is found, once, if a chosen piece touches it; a chosen piece that touches none is a false
alarm. A piece may find two errors, and an error may be found by several pieces.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from aqumen.errors import InvalidOrder

from .sheet import Flaw, Sheet


class Mark(NamedTuple):
    """A chosen piece: its line, counted from 1, and where it begins and ends in code points."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Score:
    """What was found, what was not, and what was chosen without reason; each in reading order."""

    hits: tuple[Flaw, ...]
    misses: tuple[Flaw, ...]
    false_alarms: tuple[Mark, ...]


def score(sheet: Sheet, chosen: Iterable[Mark]) -> Score:
    """Return what a choice came to; what was chosen twice counts once.

    Raises InvalidOrder for what is no piece of the sheet.
    """
    marks = sorted(set(chosen))
    for mark in marks:
        if not _is_piece(sheet, mark):
            raise InvalidOrder(
                f"Line {mark.line} has no piece from {mark.start} to {mark.end}.", field="marks"
            )
    found = [any(_touches(mark, flaw) for mark in marks) for flaw in sheet.flaws]
    return Score(
        hits=tuple(flaw for flaw, hit in zip(sheet.flaws, found, strict=True) if hit),
        misses=tuple(flaw for flaw, hit in zip(sheet.flaws, found, strict=True) if not hit),
        false_alarms=tuple(
            mark for mark in marks if not any(_touches(mark, flaw) for flaw in sheet.flaws)
        ),
    )


def _is_piece(sheet: Sheet, mark: Mark) -> bool:
    on_sheet = 1 <= mark.line <= len(sheet.lines)
    return on_sheet and (mark.start, mark.end) in sheet.lines[mark.line - 1].pieces


def _touches(mark: Mark, flaw: Flaw) -> bool:
    return mark.line == flaw.line and mark.start < flaw.end and flaw.start < mark.end
