"""By which link students reach a run's exercise: one a run, until it is taken back."""

import secrets
import time

from sqlalchemy import delete, select

from aqumen.errors import RunNotFound, ShareNotFound

from .engine import Database
from .tables import runs, shares
from .upsert import upsert

_RANDOM_BYTES = 32
"""Nobody finds a token by trying."""


class Shares:
    """The tokens of links, each of which stands for a run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, run_id: str) -> str:
        """Return the run's token, a new one if it has none: 43 URL-safe characters.

        Raises RunNotFound.
        """
        made = {
            "token": secrets.token_urlsafe(_RANDOM_BYTES),
            "run_id": run_id,
            "created_at": time.time(),
        }
        with self._database.write(new=True) as connection:
            # Held until the token is there, so that the run cannot go meanwhile.
            held = select(runs.c.id).where(runs.c.id == run_id).with_for_update()
            if connection.scalar(held) is None:
                raise RunNotFound
            claim = upsert(connection, shares).values(made)
            connection.execute(claim.on_conflict_do_nothing(index_elements=[shares.c.run_id]))
            token = connection.scalar(select(shares.c.token).where(shares.c.run_id == run_id))
        return str(token)

    def take_back(self, run_id: str) -> None:
        """End the run's link, if it has one; another one will have another token."""
        with self._database.write() as connection:
            connection.execute(delete(shares).where(shares.c.run_id == run_id))

    def run_of(self, token: str) -> str:
        """Return the run a token stands for; raises ShareNotFound."""
        query = select(shares.c.run_id).where(shares.c.token == token)
        with self._database.read() as connection:
            run_id = connection.scalar(query)
        if run_id is None:
            raise ShareNotFound
        return str(run_id)
