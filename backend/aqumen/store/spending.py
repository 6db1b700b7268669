"""What is spent by day and key: counted by the database, for all processes together."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select, update

from .engine import Database
from .tables import spending
from .upsert import upsert


class Spending:
    """The sums of each day, counted from 1970-01-01 in UTC; those of everybody have no name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, day: int, owner: str) -> float:
        """Return what somebody has spent and set aside on a day, in USD."""
        query = select(spending.c.usd).where(spending.c.day == day, spending.c.owner == owner)
        with self._database.read() as connection:
            return float(connection.scalar(query) or 0.0)

    def reserve(self, day: int, caps: Mapping[str, float], usd: float) -> bool:
        """Set an amount aside from all of these, if each has as much left; else from none.

        Two who try at once wait for each other at the first name, in whatever process.
        """
        with self._database.write() as connection:
            kept = connection.begin_nested()
            if all(_added(connection, day, owner, usd, caps[owner]) for owner in sorted(caps)):
                kept.commit()
                return True
            kept.rollback()
            return False

    def settle(self, day: int, owners: Iterable[str], change: float) -> None:
        """Put back what was set aside and not spent, or add what was spent beyond it."""
        with self._database.write() as connection:
            for owner in sorted(owners):
                same = (spending.c.day == day, spending.c.owner == owner)
                connection.execute(
                    update(spending).where(*same).values(usd=spending.c.usd + change)
                )


def _added(connection: Connection, day: int, owner: str, usd: float, cap: float) -> bool:
    row = {"day": day, "owner": owner, "usd": 0.0}
    there = upsert(connection, spending).values(row)
    connection.execute(
        there.on_conflict_do_nothing(index_elements=[spending.c.day, spending.c.owner])
    )
    same = (spending.c.day == day, spending.c.owner == owner, spending.c.usd + usd <= cap)
    more = update(spending).where(*same).values(usd=spending.c.usd + usd)
    return connection.execute(more).rowcount == 1
