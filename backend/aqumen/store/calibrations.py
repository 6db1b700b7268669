"""How often judges are right: one calibration for each judge, or pair of them, and prompt."""

from datetime import UTC, datetime

from sqlalchemy import select

from aqumen.events import Accuracy
from aqumen.judging.correction import Labels, accuracy

from .engine import Database
from .tables import calibrations
from .upsert import upsert

_NOBODY = ""
"""In place of a second judge: a part of a key cannot be NULL."""
_KEY = ("judge", "judge_2", "prompt", "simulated")


class Calibrations:
    """The newest calibration of each judge with each prompt version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, known: Accuracy, *, simulated: bool) -> None:
        """Store a calibration, in place of an earlier one of the same judges and prompt."""
        row = {name: getattr(known, name) for name in Labels._fields} | {
            "judge": known.judge,
            "judge_2": known.judge_2 or _NOBODY,
            "prompt": known.prompt,
            "simulated": simulated,
            "measured_at": known.measured_at.timestamp(),
        }
        with self._database.write() as connection:
            insert = upsert(connection, calibrations).values(row)
            figures = {name: value for name, value in row.items() if name not in _KEY}
            connection.execute(insert.on_conflict_do_update(index_elements=_KEY, set_=figures))

    def find(
        self, judge: str, judge_2: str | None = None, *, prompt: str, simulated: bool
    ) -> Accuracy | None:
        """Return what is known of these judges, in this order, with a prompt version."""
        table = calibrations.c
        query = select(calibrations).where(
            table.judge == judge,
            table.judge_2 == (judge_2 or _NOBODY),
            table.prompt == prompt,
            table.simulated == simulated,
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        labels = Labels(**{name: row[name] for name in Labels._fields})
        at = datetime.fromtimestamp(row["measured_at"], UTC)
        return accuracy(labels, judge=judge, judge_2=judge_2, prompt=prompt, at=at)
