"""Headers that have a browser be careful with what this server answers."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    # An address may hold a ticket, which is nobody's business where a link leads.
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
_DATA = b"default-src 'none'; frame-ancestors 'none'"
_DOCS = (
    b"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""For `/docs`, whose page starts Swagger UI by a script of its own."""


Headers = list[tuple[bytes, bytes]]


def safe(said: Iterable[tuple[bytes, bytes]], policy: bytes = _DATA) -> Headers:
    """Return an answer's headers with those added that it does not say itself."""
    said = list(said)
    there = {name.lower() for name, _value in said}
    wanted = (
        *_ALWAYS,
        (b"content-security-policy", policy),
        # What a key or a ticket let through is no shared cache's to keep.
        (b"cache-control", b"no-store"),
    )
    return [*said, *(each for each in wanted if each[0] not in there)]


class SafeHeaders:
    """Adds to every answer what it does not say itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = _DOCS if scope["path"].startswith("/docs") else _DATA

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = safe(message.get("headers", ()), policy)
            await send(message)

        await self._app(scope, receive, careful)
