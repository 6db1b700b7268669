"""The prompt texts that runs have used, each kept once by its version."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select

from aqumen.templates import Prompts, Template

from .tables import prompts
from .upsert import upsert

# Built once: putting a statement together costs more than running it.
_KNOWN = (
    select(prompts.c.version)
    .where(prompts.c.version.in_(bindparam("versions", expanding=True)))
    .with_for_update(read=True, key_share=True)
)


def pin(connection: Connection, templates: Iterable[Template]) -> None:
    """Keep the texts that are not kept yet, and hold those that are until the transaction ends."""
    wanted = {template.version: template for template in templates}
    # Held (where there is more than one writer), so that nobody deletes what is about to be used.
    known = set(connection.scalars(_KNOWN, {"versions": list(wanted)}))
    rows = [
        # In one order, so that no two processes wait for each other.
        {"version": version, "name": wanted[version].name, "text": wanted[version].text}
        for version in sorted(wanted.keys() - known)
    ]
    if rows:
        connection.execute(upsert(connection, prompts).on_conflict_do_nothing(), rows)


def kept(connection: Connection, versions: Iterable[str]) -> dict[str, str]:
    """Return the texts that are kept, by version."""
    query = select(prompts.c.version, prompts.c.text)
    found = connection.execute(query.where(prompts.c.version.in_(list(versions))))
    return {row.version: row.text for row in found}


def of(connection: Connection, versions: Mapping[str, str]) -> Prompts:
    """Return a run's texts from their versions by name; raises KeyError for one not kept."""
    found = kept(connection, versions.values())
    return Prompts({name: found[version] for name, version in versions.items()})
