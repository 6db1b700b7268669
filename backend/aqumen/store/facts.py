"""What each run that is over came to, in short: kept so that no log is read to count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Table, select

from .engine import Database
from .records import Row
from .tables import RUN_IS_OPEN, run_facts, runs, step_facts, step_faults
from .upsert import upsert


class Unnoted(NamedTuple):
    """A run that is over and of which no facts are kept yet."""

    run_id: str
    created_at: float
    models: dict[str, str]
    prompt_versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What a step came to in one attempt; told again from another run, it does not count."""

    step: int
    attempt: int
    model: str
    prompt: str | None
    """The version of the step's own prompt text."""
    answers: int
    first_right: bool
    """Whether its first answer was accepted."""
    accepted: bool
    """Whether any was."""
    seconds: float
    """Of all its answers."""
    cost_usd: float
    """Of them and of the samples of this step."""
    retries: int
    failed_checks: tuple[str, ...]
    """Those that any of its answers failed, each once."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run came to."""

    run_id: str
    day: int
    """Of its creation, counted from 1970-01-01 in UTC."""
    models: str
    """The fingerprint of who played which part."""
    prompts: str
    """The fingerprint of the set of prompt texts."""
    differentiated: bool
    cause: str | None
    """Why there is no question: a word for what the result says, or an error's code."""
    stopped_at: int | None
    """The step after which there was nothing more."""
    steps: tuple[StepFacts, ...]


class Facts:
    """The facts of the runs that are over; they go with their run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def missing(self, limit: int) -> list[Unnoted]:
        """Return the newest runs that are over and of which nothing is kept yet."""
        columns = (runs.c.id, runs.c.created_at, runs.c.models, runs.c.prompt_versions)
        query = (
            select(*columns)
            .outerjoin(run_facts, run_facts.c.run_id == runs.c.id)
            .where(run_facts.c.run_id.is_(None), ~RUN_IS_OPEN)
            .order_by(runs.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [Unnoted(*row) for row in connection.execute(query)]

    def keep(self, noted: Sequence[RunFacts]) -> None:
        """Keep the facts of runs, but for those of runs that are gone or have them already."""
        with self._database.write() as connection:
            there = _held(connection, [facts.run_id for facts in noted])
            # In the order in which every writer locks runs.
            kept = [facts for facts in noted if facts.run_id in there]
            for facts in sorted(kept, key=lambda facts: facts.run_id):
                _keep(connection, facts)


def _held(connection: Connection, run_ids: Sequence[str]) -> set[str]:
    """Return the runs that are there, and keep them until the transaction ends."""
    query = select(runs.c.id).where(runs.c.id.in_(run_ids)).order_by(runs.c.id)
    return set(connection.scalars(query.with_for_update(read=True, key_share=True)))


def _keep(connection: Connection, facts: RunFacts) -> None:
    faults = [
        {"run_id": facts.run_id, "step": step.step, "attempt": step.attempt, "name": name}
        for step in facts.steps
        for name in step.failed_checks
    ]
    steps = [_row(step_facts, step, facts.run_id) for step in facts.steps]
    run = _row(run_facts, facts, facts.run_id)
    for table, rows in ((run_facts, [run]), (step_facts, steps), (step_faults, faults)):
        if rows:
            # Another process may have noted the same.
            connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows)


def _row(table: Table, of: RunFacts | StepFacts, run_id: str) -> Row:
    """Return a table's columns, which are called as what is kept in them."""
    own = {each.name: getattr(of, each.name) for each in table.c if each.name != "run_id"}
    return {"run_id": run_id, **own}
