"""Who asks."""

from dataclasses import dataclass

from aqumen.errors import NotAdmitted

from .keys import Key
from .scopes import Scope
from .tickets import Ticket


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what that lets them do."""

    owner: str | None
    """Whose runs they start: the name of their key; None where nobody has to say who they are."""
    scopes: frozenset[Scope] = frozenset()
    ticket: Ticket | None = None
    """What they showed, if that was no key: it is good for one run alone."""
    key: Key | None = None
    address: str = ""
    """Where they are, as far as trusted proxies say."""

    def may(self, *scopes: Scope) -> bool:
        """Whether one of these scopes is theirs, or all are."""
        return "admin" in self.scopes or not self.scopes.isdisjoint(scopes)

    @property
    def reads_only(self) -> bool:
        """Whether they hold a ticket for a run that was there before."""
        return self.ticket is not None and self.ticket.run_id is not None

    @property
    def sees_all(self) -> bool:
        """Whether they may know of everybody's runs."""
        return "admin" in self.scopes

    @property
    def listed_owner(self) -> str | None:
        """Whose runs are listed and counted for them; None is everybody's.

        Raises NotAdmitted for somebody without a name, who has none.
        """
        if self.sees_all:
            return None
        if self.owner is None:
            raise NotAdmitted
        return self.owner
