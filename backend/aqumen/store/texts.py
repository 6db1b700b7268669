"""The prompt texts that runs have used, each kept once by its version."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from aqumen.templates import Template

from .tables import prompts
from .upsert import upsert


def pin(connection: Connection, templates: Iterable[Template]) -> None:
    """Keep the texts that are not kept yet; other processes may keep them at the same time."""
    wanted = {template.version: template for template in templates}
    rows = [
        # In one order, so that no two processes wait for each other.
        {"version": version, "name": wanted[version].name, "text": wanted[version].text}
        for version in sorted(wanted.keys() - kept(connection, wanted).keys())
    ]
    if rows:
        connection.execute(upsert(connection, prompts).on_conflict_do_nothing(), rows)


def kept(connection: Connection, versions: Iterable[str]) -> dict[str, str]:
    """Return the texts that are kept, by version."""
    query = select(prompts.c.version, prompts.c.text)
    found = connection.execute(query.where(prompts.c.version.in_(list(versions))))
    return {row.version: row.text for row in found}
