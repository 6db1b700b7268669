"""Who may come in, as the operator has chosen."""

from dataclasses import dataclass, field
from typing import Literal

from aqumen.access.addresses import Network
from aqumen.access.keys import Keyring

Auth = Literal["required", "off"]


@dataclass(frozen=True, slots=True)
class PublicRules:
    """What a ticket that anybody may have been given starts."""

    max_attempts: int = 3
    tickets_per_hour: int = 20
    """For one address."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in, and by what."""

    keyring: Keyring = field(default_factory=Keyring)
    auth: Auth | None = None
    """None lets in without a key who is on this very machine, and nobody else."""
    proxies: tuple[Network, ...] = ()
    """Whose word is taken for where a request comes from."""
    ticket_seconds: float = 300.0
    public: PublicRules = field(default_factory=PublicRules)
    docs: bool = True
    starts_per_minute: int | None = None
    """Runs that one key, and one address, may ask for; None is no limit."""
    streams_per_address: int | None = None
    """Event streams that one address may have open; None is no limit."""
    connections_per_address: int | None = None
    """Connections that one address may have open, but a proxy; None is no limit."""
