"""Tickets: what a browser shows in place of a key, which may not stand in an address."""

import base64
import hmac
import secrets
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aqumen.errors import TicketRefused

PREFIX = "aqt_"
SECRET_BYTES = 32
_LONGEST = 1024


class _Said(BaseModel):
    """What a ticket says, in as few letters as its place in an address suggests."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    i: str = Field(min_length=22, max_length=22)
    o: str | None
    r: str | None
    e: int
    p: bool


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to start one run and be its reader, or to be the reader of one that is there."""

    id: str
    """22 URL-safe characters, no two tickets' the same."""
    owner: str | None
    """Whose run it is, or will be."""
    run_id: str | None
    """The run it reads; None where it starts one."""
    expires_at: int
    """Seconds since the epoch; it starts nothing afterwards."""
    public: bool
    """Whether anybody may have been given it."""

    def expired(self, now: float) -> bool:
        """Whether its time is up."""
        return now >= self.expires_at


def new_id() -> str:
    """Return an id for a ticket."""
    return secrets.token_urlsafe(16)


def signed(secret: bytes, ticket: Ticket) -> str:
    """Return a ticket as text that only those who know the secret can make."""
    said = _Said(i=ticket.id, o=ticket.owner, r=ticket.run_id, e=ticket.expires_at, p=ticket.public)
    body = _text(said.model_dump_json().encode())
    return f"{PREFIX}{body}.{_text(_seal(secret, body))}"


def read(secret: bytes, text: str) -> Ticket:
    """Return the ticket a text is; raises TicketRefused if it was not signed with the secret."""
    body, _, seal = text[:_LONGEST].removeprefix(PREFIX).partition(".")
    if not hmac.compare_digest(_text(_seal(secret, body)).encode(), seal.encode()):
        raise TicketRefused
    try:
        said = _Said.model_validate_json(base64.urlsafe_b64decode(f"{body}=="))
    except (ValueError, ValidationError) as unreadable:
        # Of another version of the product: nobody else could have signed it.
        raise TicketRefused from unreadable
    return Ticket(said.i, said.o, said.r, said.e, said.p)


def _seal(secret: bytes, body: str) -> bytes:
    return hmac.digest(secret, f"aqumen ticket {body}".encode(), "sha256")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
