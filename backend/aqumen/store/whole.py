"""A run that is over, with everything that is kept of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
)
from sqlalchemy.engine import RowMapping

from aqumen.errors import Code
from aqumen.events import Difficulty, Kind, Rigor, Usage
from aqumen.models.known import public_id
from aqumen.order import Order
from aqumen.templates import Prompts

from .records import Row, Stored
from .words import kept

RUN_ID = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"

Count = Annotated[int, Field(ge=0, lt=2**31)]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9000, 1, 1, tzinfo=UTC)),
    PlainSerializer(
        lambda at: at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        return_type=str,
    ),
]
"""A moment in UTC, to the microsecond: what the database's floating point can tell apart.

The years end where every zone can still write them.
"""
MOST = 2**53
"""The highest number a run may hold: up to it floating point tells all integers apart."""


def _countable(usage: Usage) -> Usage:
    if not all(0 <= tokens <= MOST for tokens in usage.model_dump().values()):
        raise ValueError("no count of tokens")
    return usage


Kept = Annotated[str, AfterValidator(kept)]
"""A text as its column keeps it."""


class RunRecord(BaseModel):
    """What is said of a run besides its log; the fields are the columns that outlive its worker.

    Raises pydantic's ValidationError for a run that goes on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=RUN_ID)]
    kind: Kind
    status: Literal["succeeded", "no_question", "failed", "cancelled"]
    order: Order
    models: dict[str, Annotated[str, Field(min_length=1, max_length=2048)]]
    """Model ids by role, as clients may see them."""
    simulated: bool
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment
    last_seq: Count
    usage: Annotated[Usage, AfterValidator(_countable)]
    cost_usd: float = Field(ge=0, le=1e9, allow_inf_nan=False)
    cost_estimated: bool
    model_calls: Count
    total_attempts: Count
    title: Kept | None
    difficulty: Difficulty | None
    subtopic: Kept | None
    evidence: Rigor | None
    reason: Kept | None
    error_code: Code | None
    parent: Annotated[str, Field(pattern=RUN_ID)] | None = None
    from_step: Count | None = None
    from_attempt: Count | None = None
    rejudge_number: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


@dataclass(frozen=True, slots=True)
class WholeRun:
    """A run that is over, with its prompts and its log."""

    run: RunRecord
    prompts: Prompts
    events: tuple[Stored, ...]


_TIMES = ("created_at", "started_at", "ended_at")


def record(row: RowMapping) -> RunRecord:
    """Return what a row says of a run that is over."""
    said: dict[str, Any] = {name: row[name] for name in RunRecord.model_fields}
    said |= {name: _moment(said[name]) for name in _TIMES}
    said["models"] = {role: public_id(id_) for role, id_ in row["models"].items()}
    return RunRecord.model_validate(said)


def columns(whole: WholeRun) -> Row:
    """Return the row of a run that no worker will ever drive."""
    run = whole.run
    said = {name: getattr(run, name) for name in RunRecord.model_fields}
    return {
        **said,
        **{name: _seconds(said[name]) for name in _TIMES},
        "order": run.order.model_dump(),
        "topic": run.order.topic,
        "usage": run.usage.model_dump(),
        "prompt_versions": whole.prompts.versions,
        "worker": None,
        "epoch": 0,
        "lease_until": 0.0,
        "needs_watcher": False,
        "watched_at": run.created_at.timestamp(),
        "cancel_requested": False,
    }


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
