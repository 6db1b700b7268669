"""The prompts: what is shipped, what people made of it, and what runs are started with."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from aqumen.errors import InvalidOrder, PromptChanged, PromptNotFound
from aqumen.store.prompts import PromptTable
from aqumen.store.records import Edit, InForce, SavedPrompt
from aqumen.templates import Prompts, Template

logger = logging.getLogger(__name__)

SHIPPED = 0
"""The number of the text that comes with the product."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt with its history."""

    shipped: Template
    chosen: InForce
    saved: tuple[SavedPrompt, ...]
    """Newest first."""

    @property
    def set_aside(self) -> str | None:
        """Why the chosen version is not used: this release gives the prompt other values."""
        return _misfit(self.shipped, self.text(self.chosen.number))

    @property
    def number(self) -> int:
        """Which version runs are started with."""
        return SHIPPED if self.set_aside else self.chosen.number

    @property
    def template(self) -> Template:
        """What runs are started with."""
        return Template(self.shipped.name, self.text(self.number))

    @property
    def shipped_changed(self) -> bool:
        """Whether another text is shipped now than when the version in force was saved."""
        version = next((each for each in self.saved if each.number == self.number), None)
        return version is not None and version.shipped != self.shipped.version

    def seen_as(self, number: int | None) -> int | None:
        """Return which version was chosen where `number` was seen in force."""
        return self.chosen.number if self.set_aside and number == SHIPPED else number

    def text(self, number: int) -> str:
        """Return a version's text; raises PromptNotFound."""
        if number == SHIPPED:
            return self.shipped.text
        for version in self.saved:
            if version.number == number:
                return version.text
        raise PromptNotFound(f"The prompt {self.shipped.name} has no version {number}.")


class PromptBook:
    """Finds and changes prompts. Blocks on the store, and keeps nothing in memory.

    Where nothing was saved, the shipped text is in force, whichever release ships it; where
    something was, that stays in force when another text is shipped, and is said to lag behind.
    """

    def __init__(self, table: PromptTable, shipped: Prompts) -> None:
        self._table = table
        self.shipped = shipped

    def in_force(self) -> Prompts:
        """Return what a run that is started now uses."""
        texts, numbers = dict(self.shipped.texts), dict(self.shipped.numbers)
        for name, version in self._table.in_force().items():
            if name not in texts:
                continue  # another release asked with it
            if (misfit := _misfit(self.shipped[name], version.text)) is not None:
                logger.warning("version %s is set aside: %s", version.number, misfit)
                continue
            texts[name], numbers[name] = version.text, version.number
        return Prompts(texts, numbers)

    def all(self) -> list[Prompt]:
        """Return every prompt."""
        chosen, saved = self._table.chosen(), self._table.saved()
        return [
            Prompt(
                shipped,
                chosen.get(shipped.name, InForce()),
                tuple(each for each in saved if each.name == shipped.name),
            )
            for shipped in self.shipped
        ]

    def one(self, name: str) -> Prompt:
        """Return a prompt; raises PromptNotFound."""
        shipped = self._known(name)
        # What is chosen was saved before: asked in this order, it is always among the saved.
        chosen = self._table.chosen().get(name, InForce())
        return Prompt(shipped, chosen, tuple(self._table.saved(name)))

    def save(
        self, edit: Edit, *, based_on: int | None, over: str | None = None, activate: bool = True
    ) -> int:
        """Keep a text as a new version, in force at once if so wanted; return its number.

        `based_on` is the number, and `over` the fingerprint, of the version that was in force when
        the edit began; None takes whichever is. A text that is in force already is not saved
        again. Raises PromptNotFound, InvalidOrder for a text runs cannot be asked with, and
        PromptChanged if another version is in force by now.
        """
        shipped = self._known(edit.name)
        _check_fit(shipped, edit.text)
        now = self.one(edit.name)
        if now.template.text == edit.text:
            return now.number
        if over not in (None, now.template.version):
            raise PromptChanged(now.number, now.chosen.author)
        based_on = now.seen_as(based_on)
        return self._table.save(edit, based_on=based_on, shipped=shipped.version, activate=activate)

    def activate(
        self, name: str, number: int, *, instead_of: int | None, author: str | None
    ) -> None:
        """Put a version in force, 0 being the shipped one.

        Raises PromptNotFound, InvalidOrder if runs of this release cannot be asked with it, and
        PromptChanged if another than `instead_of` is in force.
        """
        now = self.one(name)
        _check_fit(now.shipped, now.text(number), field="number")
        self._table.activate(name, number, instead_of=now.seen_as(instead_of), author=author)

    def revert(self, name: str, *, instead_of: int | None, author: str | None) -> None:
        """Put back what was in force before; raises as `activate` does, and if there is none."""
        previous = self.one(name).chosen.previous
        if previous is None:
            raise InvalidOrder("No other version of this prompt has been in force.")
        self.activate(name, previous, instead_of=instead_of, author=author)

    def numbers(self, texts: Mapping[str, str]) -> dict[str, int]:
        """Return which versions texts are, by name; none for one that was never saved."""
        shipped = {
            name: SHIPPED for name, text in texts.items() if self.shipped.texts.get(name) == text
        }
        return self._table.numbers(texts) | shipped if texts else {}

    def _known(self, name: str) -> Template:
        if name not in self.shipped.texts:
            names = ", ".join(self.shipped.texts)
            raise PromptNotFound(f"There is no prompt {name[:40]!r}; there are {names}.")
        return self.shipped[name]


def _check_fit(shipped: Template, text: str, field: str = "template") -> None:
    if (misfit := _misfit(shipped, text)) is not None:
        raise InvalidOrder(misfit, field=field)


def _misfit(shipped: Template, text: str) -> str | None:
    return Template(shipped.name, text).misfit(instead_of=shipped)
