"""The tables, as SQLAlchemy sees them; `migrations/` makes them."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    or_,
)

from .kept_terms import KeptTerms
from .records import OPEN
from .words import Name, Words

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", Name(26), primary_key=True),
    Column("kind", Name(16), nullable=False),
    Column("status", Name(16), nullable=False),
    Column("order", JSON, nullable=False),
    Column("topic", Words, nullable=False),
    Column("models", JSON, nullable=False),
    Column("prompt_versions", JSON, nullable=False),
    # Which saved versions those are; NULL in the rows of a release that saved none.
    Column("prompt_numbers", JSON),
    Column("simulated", Boolean, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double),
    Column("ended_at", Double),
    Column("last_seq", Integer, nullable=False),
    # The lease: who drives the run, in which epoch, and until when that may be believed.
    Column("worker", Name(64)),
    Column("epoch", Integer, nullable=False),
    Column("lease_until", Double, nullable=False),
    # Whether the run ends when nobody watches it, and when somebody last did.
    Column("needs_watcher", Boolean, nullable=False),
    Column("watched_at", Double, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    # What it came to.
    Column("usage", JSON, nullable=False),
    Column("cost_usd", Double, nullable=False),
    Column("cost_estimated", Boolean, nullable=False),
    Column("model_calls", Integer, nullable=False),
    # Calls on their way; NULL in the rows of a release that did not keep them.
    Column("open_calls", JSON),
    Column("total_attempts", Integer, nullable=False),
    Column("title", Words),
    Column("difficulty", Name(16)),
    Column("subtopic", Words),
    Column("evidence", Name(16)),
    Column("reason", Words),
    Column("error_code", Name(32)),
    # Which run's answers it goes on from, and from where.
    Column("parent", Name(26)),
    Column("from_step", Integer),
    Column("from_attempt", Integer),
    Column("rejudge_number", Integer),
    # The name of the key it was started with; NULL where nobody had to say who they are.
    Column("owner", Name(40)),
    # When its time comes among those that wait in all processes; NULL where nothing is shared.
    Column("turn", Integer),
    # The settings it is held to; NULL in the rows of a release that kept none, and of imports.
    Column("terms", KeptTerms),
    Index("runs_by_age", "created_at", "id"),
    Index("runs_by_topic", "topic", "created_at"),
    Index("runs_by_status", "status", "id"),
    Index("runs_by_parent", "parent", "id"),
    Index("runs_by_owner", "owner", "created_at", "id"),
)

events = Table(
    "events",
    metadata,
    Column("run_id", Name(26), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("name", Name(16), nullable=False),
    Column("type", Name(16), nullable=False),
    Column("data", Words, nullable=False),
)

prompts = Table(
    "prompts",
    metadata,
    Column("version", Name(12), primary_key=True),
    Column("name", Name(64), nullable=False),
    Column("text", Words, nullable=False),
)

prompt_versions = Table(
    "prompt_versions",
    metadata,
    Column("name", Name(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Words, nullable=False),
    Column("version", Name(12), nullable=False),
    Column("author", Words),
    Column("note", Words),
    Column("based_on", Integer, nullable=False),
    # The version of the text that was shipped when it was saved.
    Column("shipped", Name(12), nullable=False),
    Column("created_at", Double, nullable=False),
)

prompts_in_force = Table(
    "prompts_in_force",
    metadata,
    Column("name", Name(64), primary_key=True),
    Column("number", Integer, nullable=False),
    # Which one that was before.
    Column("previous", Integer),
    Column("author", Words),
    Column("since", Double),
)

request_ids = Table(
    "request_ids",
    metadata,
    Column("id", Name(64), primary_key=True),
    Column("fingerprint", Name(64), nullable=False),
    Column("run_id", Name(26), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Double, nullable=False),
    Index("request_ids_by_run", "run_id"),
)

shares = Table(
    "shares",
    metadata,
    Column("token", Name(43), primary_key=True),
    Column("run_id", Name(26), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Double, nullable=False),
    Index("shares_by_run", "run_id", unique=True),
)


secrets = Table(
    "secrets",
    metadata,
    Column("name", Name(16), primary_key=True),
    Column("value", Name(64), nullable=False),
)

ticket_uses = Table(
    "ticket_uses",
    metadata,
    Column("ticket", Name(22), primary_key=True),
    # Of a run that may be gone: a ticket that was used once stays so.
    Column("run_id", Name(26), nullable=False),
    Column("used_at", Double, nullable=False),
    Index("ticket_uses_by_age", "used_at"),
)

spending = Table(
    "spending",
    metadata,
    # Counted from 1970-01-01 in UTC.
    Column("day", Integer, primary_key=True),
    # Whose key; empty for all together.
    Column("owner", Name(40), primary_key=True),
    Column("usd", Double, nullable=False),
)


def _run_id() -> Column[str]:
    of_a_run = ForeignKey("runs.id", ondelete="CASCADE")
    return Column("run_id", Name(26), of_a_run, primary_key=True)


run_facts = Table(
    "run_facts",
    metadata,
    _run_id(),
    # Of its creation, counted from 1970-01-01 in UTC.
    Column("day", Integer, nullable=False),
    # Fingerprints of who played which part, and of the set of prompt texts.
    Column("models", Name(12), nullable=False),
    Column("prompts", Name(12), nullable=False),
    Column("differentiated", Boolean, nullable=False),
    # Why there is no question, and at which step.
    Column("cause", Name(32)),
    Column("stopped_at", Integer),
)

step_facts = Table(
    "step_facts",
    metadata,
    _run_id(),
    Column("step", Integer, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("model", Words, nullable=False),
    # The version of the step's own prompt text.
    Column("prompt", Name(12)),
    Column("answers", Integer, nullable=False),
    Column("first_right", Boolean, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("cost_usd", Double, nullable=False),
    Column("retries", Integer, nullable=False),
)

step_faults = Table(
    "step_faults",
    metadata,
    _run_id(),
    Column("step", Integer, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    # Of a check that an answer failed.
    Column("name", Name(64), primary_key=True),
)

calibrations = Table(
    "calibrations",
    metadata,
    Column("judge", Words, primary_key=True),
    # Empty where there is one judge.
    Column("judge_2", Words, primary_key=True),
    Column("prompt", Name(12), primary_key=True),
    Column("simulated", Boolean, primary_key=True),
    Column("made", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("avoided", Integer, nullable=False),
    Column("cleared", Integer, nullable=False),
    Column("unclear", Integer, nullable=False),
    Column("measured_at", Double, nullable=False),
)

RUN_IS_OPEN = or_(*(runs.c.status == status for status in OPEN))
"""That a run is not over. `in_` would be expanded anew for every statement, at 0.1 ms."""
