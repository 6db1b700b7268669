"""What processes on one PostgreSQL tell each other: what a log has now, and what is to stop.

A notice travels with the transaction that makes it true, and is no more than a hint: whoever hears
it looks at the database, and whoever misses it looks a little later.
"""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, Text, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

CHANNEL = "aqumen"


class Notice(NamedTuple):
    """Something about a run, said by any process, this one included."""

    run_id: str
    seq: int | None
    """The newest event stored; None where the run's worker is to stop it."""

    @classmethod
    def read(cls, words: str) -> "Notice":
        """Return what was said; raises ValueError for anything else."""
        run_id, _, seq = words.rpartition(":")
        if not run_id:
            raise ValueError("a notice begins with a run's id")
        return cls(run_id, int(seq) if seq else None)


class Notify(FunctionElement[str]):
    """Tells every listening process when the transaction is committed.

    On SQLite nobody can listen, and other processes look for themselves.
    """

    type = Text()
    inherit_cache = True


def stored(run_id: ColumnElement[str], seq: ColumnElement[int]) -> Notify:
    """Say, for each row, that the log of a run has grown up to a seq."""
    return Notify(run_id + ":" + cast(seq, String))


def to_stop(run_id: ColumnElement[str]) -> Notify:
    """Say, for each row, that somebody wants the run's end."""
    return Notify(run_id + ":")


@compiles(Notify)
def _nothing(_notify: Notify, _compiler: SQLCompiler, **_options: Any) -> str:
    return "NULL"


@compiles(Notify, "postgresql")
def _pg_notify(notify: Notify, compiler: SQLCompiler, **options: Any) -> str:
    words = compiler.process(notify.clauses, **options)
    return f"CAST(pg_notify('{CHANNEL}', {words}) AS TEXT)"
