"""Refuses addresses and headers that nobody can mean."""

from starlette.types import ASGIApp, Receive, Scope, Send

from .problems import problem

_MOST_OF_AN_ADDRESS = 16 * 1024
_MOST_OF_HEADERS = 32 * 1024
TOO_LONG = "The address of a request may have at most 16 kB."
TOO_MANY = "The headers of a request may have at most 32 kB."


class HeadLimit:
    """Answers 414 where the address, and 431 where the headers, are too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            if len(scope["query_string"]) + len(scope["path"]) > _MOST_OF_AN_ADDRESS:
                await problem(414, "invalid_request", TOO_LONG)(scope, receive, send)
                return
            if sum(len(name) + len(value) for name, value in scope["headers"]) > _MOST_OF_HEADERS:
                await problem(431, "invalid_request", TOO_MANY)(scope, receive, send)
                return
        await self._app(scope, receive, send)
