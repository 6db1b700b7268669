"""The prompt texts that runs have used, each kept once by its version."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from aqumen.templates import Template

from .tables import prompts


def pin(connection: Connection, templates: Iterable[Template]) -> None:
    """Keep the texts that are not kept yet."""
    wanted = {template.version: template for template in templates}
    known = kept(connection, wanted)
    rows = [
        {"version": version, "name": template.name, "text": template.text}
        for version, template in wanted.items()
        if version not in known
    ]
    if rows:
        connection.execute(insert(prompts), rows)


def kept(connection: Connection, versions: Iterable[str]) -> dict[str, str]:
    """Return the texts that are kept, by version."""
    query = select(prompts.c.version, prompts.c.text)
    found = connection.execute(query.where(prompts.c.version.in_(list(versions))))
    return {row.version: row.text for row in found}
