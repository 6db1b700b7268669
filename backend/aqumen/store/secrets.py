"""Secrets that every process on the same database shares and nobody has to choose."""

import secrets as random

from sqlalchemy import select

from .engine import Database
from .tables import secrets
from .upsert import upsert

BYTES = 32


class Secrets:
    """The secrets, each made when it is first asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> bytes:
        """Return a secret of 32 bytes: the same in every process, at any time."""
        made = {"name": name, "value": random.token_hex(BYTES)}
        query = select(secrets.c.value).where(secrets.c.name == name)
        with self._database.read() as connection:
            found = connection.scalar(query)
        if found is None:
            with self._database.write() as connection:
                claim = upsert(connection, secrets).values(made)
                connection.execute(claim.on_conflict_do_nothing(index_elements=[secrets.c.name]))
                found = connection.scalar(query)
        return bytes.fromhex(str(found))
