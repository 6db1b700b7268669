"""What each route asks of its caller: one table, in which every route has an entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope as Asgi

from aqumen.access.scopes import Scope

Use = Literal["start", "follow", "stop"]
"""What a ticket is shown for."""


@dataclass(frozen=True, slots=True)
class Right:
    """What lets a request through: any of the scopes, or a ticket where one will do."""

    scopes: tuple[Scope, ...] = ()
    ticket: Use | None = None
    anybody: bool = False


OPEN = Right(anybody=True)
_GENERATE = Right(("generate",))
_READ = Right(("read",))
_PROMPTS = Right(("prompts",))
_ANY_KEY = Right(("generate", "read", "prompts"))
_ADMIN = Right(("admin",))

RIGHTS: dict[tuple[str, str], Right] = {
    ("GET", "/health"): OPEN,
    ("HEAD", "/health"): OPEN,
    ("GET", "/ready"): OPEN,
    # It counts everybody's runs.
    ("GET", "/metrics"): _ADMIN,
    ("GET", "/docs"): OPEN,
    ("GET", "/docs/{name}"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("HEAD", "/openapi.json"): OPEN,
    # A student has a link and no key; the link's token is what lets in.
    ("GET", "/api/play/{token}"): OPEN,
    ("POST", "/api/play/{token}/answers"): OPEN,
    ("POST", "/api/tickets"): Right(("generate", "read", "public")),
    ("GET", "/api/models"): _ANY_KEY,
    ("GET", "/api/generate-stream"): Right(("generate",), ticket="start"),
    ("POST", "/api/generate"): _GENERATE,
    ("POST", "/api/step1"): _GENERATE,
    ("POST", "/api/runs"): _GENERATE,
    ("GET", "/api/runs"): _READ,
    ("POST", "/api/runs/delete"): _GENERATE,
    ("POST", "/api/runs/export"): _READ,
    ("GET", "/api/runs/{run_id}"): _READ,
    ("DELETE", "/api/runs/{run_id}"): _GENERATE,
    ("GET", "/api/runs/{run_id}/events"): Right(("read",), ticket="follow"),
    ("POST", "/api/runs/{run_id}/cancel"): Right(("generate",), ticket="stop"),
    ("GET", "/api/runs/{run_id}/export"): _READ,
    ("GET", "/api/runs/{run_id}/prompts"): _READ,
    ("POST", "/api/runs/{run_id}/fork"): _GENERATE,
    ("POST", "/api/runs/{run_id}/rejudge"): _GENERATE,
    ("POST", "/api/runs/{run_id}/share"): _GENERATE,
    ("DELETE", "/api/runs/{run_id}/share"): _GENERATE,
    ("GET", "/api/insights"): _READ,
    ("GET", "/api/insights/runs"): _READ,
    ("GET", "/api/get-prompts"): _ANY_KEY,
    ("GET", "/api/prompts"): _ANY_KEY,
    ("GET", "/api/prompts/{step}"): _ANY_KEY,
    ("GET", "/api/prompts/{step}/versions/{number}"): _ANY_KEY,
    ("GET", "/api/prompts/{step}/diff"): _ANY_KEY,
    ("PUT", "/api/prompts/{step}"): _PROMPTS,
    ("POST", "/api/prompts/{step}/activate"): _PROMPTS,
    ("POST", "/api/prompts/{step}/revert"): _PROMPTS,
    ("POST", "/api/update-prompt"): _PROMPTS,
}
"""By method and path."""


class _Guarded(NamedTuple):
    route: Route
    rights: dict[str, Right]


class Rights:
    """The table, asked by request: as the router would, in the router's order."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        """Raises KeyError if a route has no entry: the application is not made then."""
        self._guarded = [_guarded(route) for route in routes if isinstance(route, Route)]

    def of(self, scope: Asgi) -> Right | None:
        """Return what a request needs; None where no route will answer it."""
        method = scope["method"]
        for route, rights in self._guarded:
            if method in rights and route.matches(scope)[0] is Match.FULL:
                return rights[method]
        return None


def _guarded(route: Route) -> _Guarded:
    methods = route.methods or set()
    return _Guarded(route, {method: RIGHTS[method, route.path] for method in methods})
