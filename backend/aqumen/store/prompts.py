"""The saved versions of the prompts, and which of them are in force."""

import time
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.engine import RowMapping

from aqumen.errors import PromptChanged
from aqumen.templates import Template

from .engine import Database
from .records import Edit, InForce, SavedPrompt
from .tables import prompt_versions, prompts_in_force
from .upsert import upsert

_IN_FORCE = select(prompt_versions).join(
    prompts_in_force,
    and_(
        prompts_in_force.c.name == prompt_versions.c.name,
        prompts_in_force.c.number == prompt_versions.c.number,
    ),
)


class PromptTable:
    """What people made of the shipped prompts. Nothing saved is ever changed or removed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def in_force(self) -> dict[str, SavedPrompt]:
        """Return the saved versions runs are started with, by name; none where it is the shipped.

        Read anew each time: another process may have changed it a moment ago.
        """
        with self._database.read() as connection:
            found = connection.execute(_IN_FORCE).mappings()
            return {row["name"]: _saved(row) for row in found}

    def chosen(self) -> dict[str, InForce]:
        """Return which versions are in force, by name; a name that is missing was never saved."""
        with self._database.read() as connection:
            rows = connection.execute(select(prompts_in_force)).mappings()
            return {row["name"]: _chosen(row) for row in rows}

    def saved(self, name: str | None = None) -> list[SavedPrompt]:
        """Return the saved versions of one prompt, or of all, newest first."""
        query = select(prompt_versions).order_by(prompt_versions.c.number.desc())
        if name is not None:
            query = query.where(prompt_versions.c.name == name)
        with self._database.read() as connection:
            return [_saved(row) for row in connection.execute(query).mappings()]

    def numbers(self, texts: Mapping[str, str]) -> dict[str, int]:
        """Return which saved version each text is, by name; the newest of those that read so."""
        versions = {name: Template(name, text).version for name, text in texts.items()}
        query = select(
            prompt_versions.c.name, prompt_versions.c.version, prompt_versions.c.number
        ).where(prompt_versions.c.version.in_(list(versions.values())))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(prompt_versions.c.number))
            return {row.name: row.number for row in found if versions.get(row.name) == row.version}

    def save(self, edit: Edit, *, based_on: int | None, shipped: str, activate: bool) -> int:
        """Keep a text as the next version, in force at once if so wanted; return its number.

        A text that is in force already is not saved again. `based_on` is the version that was in
        force when the edit began; None takes whichever is. `shipped` is the fingerprint of the
        shipped text. Raises PromptChanged if another one is in force by now.
        """
        with self._database.write(new=True) as connection:
            now = _hold(connection, edit.name)
            if now.number and _text_of(connection, edit.name, now.number) == edit.text:
                return now.number
            _check(now, based_on)
            row = {
                **asdict(edit),
                "number": _next_number(connection, edit.name),
                "version": Template(edit.name, edit.text).version,
                "based_on": now.number,
                "shipped": shipped,
                "created_at": time.time(),
            }
            connection.execute(insert(prompt_versions), row)
            if activate:
                _choose(connection, edit.name, row["number"], now, edit.author)
            return int(row["number"])

    def activate(
        self, name: str, number: int, *, instead_of: int | None, author: str | None
    ) -> None:
        """Put a version in force, 0 being the shipped one; raises PromptChanged as `save` does."""
        with self._database.write(new=True) as connection:
            now = _hold(connection, name)
            if now.number != number:
                _check(now, instead_of)
                _choose(connection, name, number, now, author)


def _hold(connection: Connection, name: str) -> InForce:
    """Return what is in force, and keep others from changing it until the transaction ends."""
    row = {"name": name, "number": 0}
    connection.execute(upsert(connection, prompts_in_force).values(row).on_conflict_do_nothing())
    held = select(prompts_in_force).where(prompts_in_force.c.name == name).with_for_update()
    return _chosen(connection.execute(held).mappings().one())


def _check(now: InForce, expected: int | None) -> None:
    if expected is not None and expected != now.number:
        raise PromptChanged(now.number, now.author)


def _choose(
    connection: Connection, name: str, number: int, now: InForce, author: str | None
) -> None:
    chosen = InForce(number, now.number, author, time.time())
    of_prompt = update(prompts_in_force).where(prompts_in_force.c.name == name)
    connection.execute(of_prompt.values(asdict(chosen)))


def _text_of(connection: Connection, name: str, number: int) -> str | None:
    query = select(prompt_versions.c.text).where(
        prompt_versions.c.name == name, prompt_versions.c.number == number
    )
    return connection.scalar(query)


def _next_number(connection: Connection, name: str) -> int:
    query = select(func.max(prompt_versions.c.number)).where(prompt_versions.c.name == name)
    return (connection.scalar(query) or 0) + 1


def _saved(row: RowMapping) -> SavedPrompt:
    return SavedPrompt(**row)


def _chosen(row: RowMapping) -> InForce:
    return InForce(**{name: value for name, value in row.items() if name != "name"})
