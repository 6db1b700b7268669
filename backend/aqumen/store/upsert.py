"""An insert that says what to do where the row is there already."""

import importlib
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Upsert = postgresql.Insert | sqlite.Insert


def upsert(connection: Connection, table: Table) -> "Upsert":
    """Return the insert of the connection's dialect: both have the clause, neither shares it."""
    # By name: the dialect that is not used takes long to import.
    dialect = importlib.import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    insert: Upsert = dialect.insert(table)
    return insert
