"""Asks every request who it comes from, and lets through what its route's rights allow."""

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asgi

from aqumen.access.addresses import (
    THIS_MACHINE,
    address_of,
    is_forwarded,
    is_loopback,
    is_loopback_host,
    is_rewritten,
)
from aqumen.access.callers import Caller
from aqumen.access.scopes import Scope
from aqumen.errors import (
    AqumenError,
    KeyRefused,
    NotAdmitted,
    NotAllowed,
    StoreFailed,
    TicketRefused,
)

from .door import Door
from .origins import Origins
from .parts import Parts
from .problems import away, refusal
from .rights import Right, Rights

_OTHER_PAGE = "This key is not for this web page: its origins are in AQUMEN_API_KEYS."
_READS = "This ticket reads a run and starts none: follow it at /api/runs/{id}/events."
_EVERYTHING: frozenset[Scope] = frozenset({"admin"})


class Guard:
    """Puts the caller into the request's state, or answers 401 or 403 in the route's place.

    What no route would answer passes: there is nothing to guard.
    """

    def __init__(self, app: ASGIApp, parts: Parts, rights: Rights, origins: Origins) -> None:
        self._app = app
        self._parts = parts
        self._door: Door = parts.door
        self._rights = rights
        self._origins = origins

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before anything of its body is read."""
        right = self._rights.of(scope) if scope["type"] == "http" else None
        if right is not None:
            try:
                caller = await self._admitted(scope, right)
            except StoreFailed as failed:
                await away(Headers(scope=scope), failed)(scope, receive, send)
                return
            except AqumenError as refused:
                await refusal(refused)(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    async def _admitted(self, scope: Asgi, right: Right) -> Caller:
        headers = Headers(scope=scope)
        address = self._address(scope, headers)
        shown = _ticket(scope) if right.ticket is not None else None
        if shown is not None:
            return await self._holder(shown, address, right)
        try:
            caller = self._with_key(headers, address) or self._without(scope, headers, address)
        except (KeyRefused, NotAllowed):
            if not right.anybody:
                raise
            # A probe with an old key must not hear that the server is down: it is a stranger.
            caller = None
        if right.anybody:
            return caller or Caller(None, address=address)
        if caller is None:
            raise NotAdmitted
        if not caller.may(*right.scopes):
            raise NotAllowed(_lacking(right))
        return caller

    async def _holder(self, shown: str, address: str, right: Right) -> Caller:
        """Return who shows a ticket; raises TicketRefused, or NotAllowed for another use of it."""
        runs = await self._parts.usable()
        holder = await runs.office.do(runs.ticketing.caller, shown, address)
        if holder.owner is not None and holder.owner not in self._door.keyring:
            raise TicketRefused  # its key was taken back, and with it what that may cost
        if holder.reads_only and right.ticket != "follow":
            raise NotAllowed(_READS)
        return holder

    def _with_key(self, headers: Headers, address: str) -> Caller | None:
        """Return who shows a key; raises KeyRefused if it is none of ours and somebody asks."""
        said = _key(headers)
        if said is None or not len(self._door.keyring):
            return None
        key = self._door.keyring.key_of(said)
        if key is not None:
            if key.origins and headers.get("origin") not in key.origins:
                raise NotAllowed(_OTHER_PAGE)
            return Caller(key.name, key.scopes, key=key, address=address)
        if self._door.auth == "off":
            # It may be meant for a proxy on the way.
            return None
        raise KeyRefused

    def _without(self, scope: Asgi, headers: Headers, address: str) -> Caller | None:
        """Return whoever needs no key, None where one is needed."""
        auth = self._door.auth
        here = _is_here(scope, headers) and not self._is_foreign(headers)
        if auth == "off" or (auth is None and here):
            return Caller(None, _EVERYTHING, address=address)
        return None

    def _is_foreign(self, headers: Headers) -> bool:
        """Whether somebody else's web page asks: its browser may be here, it is not.

        Without an origin, a browser says itself that another site wants an image or follows a link.
        """
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") == "cross-site"
        here = is_loopback_host(origin.partition("://")[2])
        return not here and not self._origins.let_in(origin)

    def _address(self, scope: Asgi, headers: Headers) -> str:
        forwarded_for = ",".join(headers.getlist("x-forwarded-for"))
        peer, port = scope.get("client") or ("", None)
        proxies = self._door.proxies
        if port is not None and is_rewritten(peer, port, forwarded_for, proxies):
            # By uvicorn without --no-proxy-headers, which takes the word of this very machine's.
            peer = THIS_MACHINE
        return address_of(peer, forwarded_for, proxies)


def _is_here(scope: Asgi, headers: Headers) -> bool:
    """Whether a request was made on this very machine, to this very machine.

    A web page whose name was made to lead here says its own name in `Host`.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    return (
        is_loopback(peer)
        and is_loopback_host(headers.get("host", ""))
        and not is_forwarded(headers.keys())
    )


def _key(headers: Headers) -> str | None:
    """Return the key a request shows; raises KeyRefused if what it shows cannot be one."""
    scheme, _, said = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and said.strip():
        return said.strip()
    return headers.get("x-api-key") or None


def _ticket(scope: Asgi) -> str | None:
    """Return the ticket in a request's address; raises TicketRefused if there are several."""
    query: bytes = scope["query_string"]
    if b"ticket=" not in query:
        return None
    said = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("ticket", [])
    if len(said) > 1:
        raise TicketRefused
    return said[0] if said else None


def _lacking(right: Right) -> str:
    scopes = " or ".join(scope for scope in right.scopes if scope != "public")
    return f"This key may not do that: it needs the scope {scopes}, in AQUMEN_API_KEYS."
