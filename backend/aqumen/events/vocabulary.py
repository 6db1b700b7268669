"""The words events are made of."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


def now() -> datetime:
    """Return the current time, in UTC, to the millisecond."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[datetime, PlainSerializer(_iso, return_type=str)]
"""A moment in UTC, on the wire as `2026-11-22T09:00:00.000Z`."""

Difficulty = Literal["Beginner", "Intermediate", "Advanced", "Expert"]
Rigor = Literal["single-sample", "screened", "certified"]
Kind = Literal["full", "categories", "fork", "rejudge"]
"""Whole runs, step 1 alone, and two that go on from another run's answers."""
StepNumber = Annotated[int, Field(ge=1, le=7)]

DESCRIPTIONS: dict[int, str] = {
    1: "Generate difficulty categories",
    2: "Generate error catalog",
    3: "Generate strategic question",
    4: "Test mid-tier model",
    5: "Test weak-tier model",
    6: "Judge differentiation",
    7: "Create student assessment",
}
"""The seven steps' descriptions, by number, as clients show them."""


class Value(BaseModel):
    """A frozen value that knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
