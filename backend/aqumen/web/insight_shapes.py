"""What insights are asked for with."""

from datetime import UTC, date, datetime

from pydantic import BaseModel, Field, model_validator

from aqumen.errors import InvalidOrder
from aqumen.events import Kind
from aqumen.store.marks import By, Mark, Only, Scope

from .list_shapes import Moment, RunsQuery
from .shapes import without_blanks

EPOCH = datetime.fromtimestamp(0, UTC).date()
_OF_A_STEP = ("first_time_right", "not_first_time_right")


class InsightsQuery(BaseModel):
    """Which runs are counted, and by what."""

    since: Moment | None = Field(
        default=None, description="Asked for then or later: a day (UTC), or a moment with its zone"
    )
    until: Moment | None = Field(
        default=None, description="Asked for before that moment, or on that day at the latest"
    )
    by: By = Field(
        default="day",
        description="Models and prompts: of all steps for runs, and of each step for steps",
    )
    kind: list[Kind] = Field(
        default=["full"], min_length=1, max_length=4, description="May be given several times"
    )
    simulated: bool | None = Field(
        default=None,
        description="Simulated runs or real ones; unless said, those of the kind this server makes",
    )
    model: str | None = Field(
        default=None, max_length=512, description="Only steps this model answered, and their runs"
    )
    prompt: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{12}$",
        description="Only steps asked with this version of a prompt (its fingerprint), likewise",
    )

    _blanks = model_validator(mode="before")(without_blanks)

    def scope(self, *, simulated: bool) -> Scope:
        """Return which runs are counted; raises InvalidOrder if there can be none."""
        asked = RunsQuery(kind=self.kind, since=self.since, until=self.until).filter()
        return Scope(
            simulated=simulated if self.simulated is None else self.simulated,
            kinds=asked.kinds,
            since=asked.since,
            until=asked.until,
            model=self.model,
            prompt=self.prompt,
        )


class BehindQuery(InsightsQuery):
    """Which of the runs that are counted a mark stands for."""

    key: str | None = Field(default=None, max_length=512, description="Of a group")
    step: int | None = Field(default=None, ge=1, le=7)
    only: Only | None = Field(default=None, description="The last two need a `step`")
    cause: str | None = Field(default=None, max_length=32, description="Why there is no question")
    check: str | None = Field(default=None, max_length=64, description="One that `step` failed")
    limit: int = Field(default=25, ge=1, le=200)
    cursor: str | None = Field(
        default=None, pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="The last `next_cursor`"
    )

    def mark(self) -> Mark:
        """Return the mark; raises InvalidOrder if there is no such."""
        if self.step is None and (self.check or self.only in _OF_A_STEP):
            raise InvalidOrder("That is asked of a step: say which.", field="step")
        return Mark(self.by, self._key(), self.step, self.only, self.cause, self.check)

    def _key(self) -> str | int | None:
        if self.key is None or self.by not in ("day", "week"):
            return self.key
        try:
            return (date.fromisoformat(self.key) - EPOCH).days
        except ValueError as unreadable:
            raise InvalidOrder("key has to be a day, as in 2026-11-22.", field="key") from (
                unreadable
            )
