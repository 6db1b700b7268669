"""Ten thousand runs that a list can tell apart, made of one that really happened."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from aqumen.runs.ids import new_run_id
from aqumen.store import texts
from aqumen.store.engine import Database
from aqumen.store.records import Row
from aqumen.store.store import Store
from aqumen.store.tables import events, runs
from aqumen.store.whole import WholeRun, columns
from aqumen.templates import Prompts

_BATCH = 500
"""Runs written by one transaction."""
_DAYS = 90
_VERSIONS = 20
"""Texts of one prompt, each in force for an equal part of the days."""
EDITED = "strategic_question"
_SUBJECTS = ("Retries", "Caches", "Indexes", "Isolation levels", "Rollouts", "Quotas", "Backups")
_PLACES = ("Redis", "PostgreSQL", "Kubernetes", "an event queue", "a payment service", "a browser")
RARE = "Watermarks"
"""A word in the topic of one run of a thousand."""
_STATUSES = ("succeeded",) * 14 + ("no_question",) * 3 + ("failed", "failed", "cancelled")
_KINDS = ("full",) * 17 + ("fork", "fork", "rejudge")
_LABELS = ("single-sample",) * 12 + ("screened",) * 3 + ("certified",)
_MODELS = ("us.anthropic.claude-opus-4-6-v1", "us.anthropic.claude-sonnet-4-6")


def put(url: str, run: WholeRun, count: int) -> None:
    """Store so many runs, and of the log of each its first and its last event."""
    store = Store(url)
    store.open()
    store.close()
    database = Database(url)
    sets = [_prompts(run, number) for number in range(_VERSIONS)]
    try:
        with database.write() as connection:
            for each in sets:
                texts.pin(connection, each)
        rows = list(_rows(run, sets, count))
        for first in range(0, count, _BATCH):
            part = rows[first : first + _BATCH]
            with database.write() as connection:
                connection.execute(runs.insert(), part)
                connection.execute(events.insert(), [*_events(run, part)])
    finally:
        database.close()


def version(run: WholeRun, number: int) -> str:
    """Return the fingerprint of one of the edited texts."""
    return _prompts(run, number)[EDITED].version


def _prompts(run: WholeRun, number: int) -> Prompts:
    """Return the texts of the run, one of them in another version."""
    edited = f"{run.prompts.texts[EDITED]}\nVersion {number}.\n"
    return Prompts({**run.prompts.texts, EDITED: edited})


def _rows(run: WholeRun, sets: list[Prompts], count: int) -> Iterator[Row]:
    chance = random.Random(count)
    begin = run.run.created_at - timedelta(days=_DAYS)
    for number in range(count):
        created = begin + timedelta(days=_DAYS * number / count)
        prompts = sets[number * _VERSIONS // count]
        yield columns(WholeRun(run.run, prompts, ())) | _of_its_own(chance, created, number)


def _of_its_own(chance: random.Random, created: datetime, number: int) -> Row:
    topic = f"{chance.choice(_SUBJECTS)} in {chance.choice(_PLACES)}"
    status = chance.choice(_STATUSES)
    seconds = chance.uniform(20.0, 300.0)
    return {
        "id": new_run_id(),
        "topic": f"{RARE} in {topic}" if number % 1000 == 500 else topic,
        "status": status,
        "kind": chance.choice(_KINDS),
        "evidence": chance.choice(_LABELS) if status == "succeeded" else None,
        "title": f"Find the mistakes: {topic}" if status == "succeeded" else None,
        "models": {"strong": chance.choice(_MODELS), "weak": _MODELS[1]},
        "created_at": created.timestamp(),
        "started_at": created.timestamp(),
        "ended_at": created.timestamp() + seconds,
        "cost_usd": round(chance.uniform(0.02, 1.5), 6),
        "total_attempts": chance.randint(1, 5),
        "last_seq": 2,
    }


def _events(run: WholeRun, rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        for seq, event in enumerate((run.events[0], run.events[-1]), start=1):
            yield {"run_id": row["id"], **event._replace(seq=seq)._asdict()}
