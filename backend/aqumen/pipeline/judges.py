"""Who judges which answer, and under which label."""

from typing import NamedTuple

from .cast import Cast

MID, WEAK = "mid-tier answer", "weak-tier answer"
"""The judgements' labels, for people; the judge is not told whose answer it reads."""


class Judging(NamedTuple):
    """One of step 6's calls."""

    label: str
    model: str
    """Of the judge."""
    answer: str
    """Whose it reads: MID or WEAK."""


def judgements(cast: Cast) -> list[Judging]:
    """Return step 6's calls: both answers to each judge."""
    return [
        Judging(judged_by(judge, answer), model, answer)
        for judge, model in enumerate(cast.judges)
        for answer in (MID, WEAK)
    ]


def judged_by(judge: int, label: str) -> str:
    """Return the label of a judgement of something; judges count from 0."""
    return f"{label}, second judge" if judge else label
