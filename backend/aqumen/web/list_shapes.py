"""What may be asked of the list of runs."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from aqumen.errors import InvalidOrder
from aqumen.events import Kind
from aqumen.order import Subtopic, Topic
from aqumen.store.records import EvidenceAsked, Filter, ListOrder, SortKey, Status

from .shapes import without_blanks

Moment = date | AwareDatetime
"""A day in UTC, or a moment with its zone."""
Dollars = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class RunsQuery(BaseModel):
    """Which runs are listed, and in which order."""

    kind: list[Kind] = Field(
        default=[],
        description="Whole runs (full), those of step 1 alone (categories), forks or rejudgements "
        "(rejudge); may be given several times, all unless said",
    )
    status: list[Status] = Field(default=[], description="May be given several times")
    q: Subtopic | None = Field(
        default=None, description="Words, each in topic, title or subtopic; or a run's id"
    )
    topic: Topic | None = Field(default=None, description="The whole topic")
    parent: str | None = Field(
        default=None, max_length=64, description="Only what branches off this run"
    )
    evidence: list[EvidenceAsked] = Field(
        default=[], description="Labels, or none; may be given several times"
    )
    model: str | None = Field(
        default=None, max_length=200, description="A model's id, in whatever role"
    )
    prompt: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{12}$",
        description="The version of a prompt text that is among a run's `prompt_versions`",
    )
    since: Moment | None = Field(
        default=None, description="Asked for then or later: a day (UTC), or a moment with its zone"
    )
    until: Moment | None = Field(
        default=None, description="Asked for before that moment, or on that day at the latest"
    )
    min_cost: Dollars | None = Field(default=None, description="USD")
    max_cost: Dollars | None = Field(default=None, description="USD")
    sort: SortKey = "created"
    order: Literal["asc", "desc"] = "desc"
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{2,400}$",
        description="The last `next_cursor`, with the same filter, sort and order",
    )

    _blanks = model_validator(mode="before")(without_blanks)

    def filter(self) -> Filter:
        """Return which runs are wanted; raises InvalidOrder if there can be none."""
        since = None if self.since is None else _beginning(self.since)
        until = None if self.until is None else _end(self.until)
        if since is not None and until is not None and since >= until:
            raise InvalidOrder("until has to be later than since.", field="until")
        if None not in (self.min_cost, self.max_cost) and self.min_cost > self.max_cost:  # type: ignore[operator]
            raise InvalidOrder("max_cost has to be at least min_cost.", field="max_cost")
        return Filter(
            kinds=tuple(self.kind),
            statuses=tuple(self.status),
            search=self.q,
            parent=self.parent,
            topic=self.topic,
            evidence=tuple(self.evidence),
            model=self.model,
            prompt=self.prompt,
            since=since,
            until=until,
            min_cost=self.min_cost,
            max_cost=self.max_cost,
        )

    def sorting(self) -> ListOrder:
        """Return what the list is sorted by."""
        return ListOrder(self.sort, self.order == "desc")


def _beginning(moment: Moment) -> float:
    if isinstance(moment, datetime):
        return moment.timestamp()
    return datetime.combine(moment, time(), UTC).timestamp()


def _end(moment: Moment) -> float:
    whole = timedelta(0) if isinstance(moment, datetime) else timedelta(days=1)
    return _beginning(moment) + whole.total_seconds()
