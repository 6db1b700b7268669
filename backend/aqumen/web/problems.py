"""Errors over HTTP: `application/problem+json`, one plain sentence each."""

import json
import logging
import math
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aqumen.errors import (
    AqumenError,
    BudgetSpent,
    Code,
    Conflict,
    DeadlineExceeded,
    ExportDamaged,
    InvalidOrder,
    ModelFailed,
    NotAdmitted,
    NotAllowed,
    PromptNotFound,
    RunCancelled,
    RunNotFound,
    ServerFull,
    ShuttingDown,
    StoreFailed,
    TooOften,
    WorkerLost,
)
from aqumen.events import Failed

from .streaming import COME_BACK
from .waiting import HungUp
from .wording import in_words

logger = logging.getLogger(__name__)

_STATUS: dict[type[AqumenError], int] = {
    InvalidOrder: 422,
    ExportDamaged: 422,
    NotAdmitted: 401,
    NotAllowed: 403,
    RunNotFound: 404,
    PromptNotFound: 404,
    Conflict: 409,
    RunCancelled: 409,
    TooOften: 429,
    BudgetSpent: 429,
    ServerFull: 503,
    ShuttingDown: 503,
    StoreFailed: 503,
    WorkerLost: 503,
    DeadlineExceeded: 504,
    ModelFailed: 502,
}
TITLES = {
    400: "Invalid request",
    401: "Not admitted",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    408: "Took too long",
    413: "Too large",
    414: "Too large",
    422: "Invalid request",
    502: "Model service failed",
    429: "Too many requests",
    431: "Too large",
    503: "Unavailable",
    504: "Took too long",
}

_MOST_FIELDS = 20
"""At fault, that are named: a body may hold ever so many."""
_WAITS = {429: "60", 503: "5"}
"""Seconds after which to come back, unless something better is known; of a budget that is all."""


class Problem(BaseModel):
    """What every error answer says (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    """One sentence for people."""
    code: str
    errors: list[dict[str, str]] | None = None
    """The fields at fault, on a 422."""


def status_of(code: Code) -> int:
    """Return the HTTP status for the code a run ended with."""
    return next((_status(kind) for kind in _all_kinds(AqumenError) if kind.code == code), 500)


def problem(
    status: int,
    code: Code,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Return an error answer."""
    title = TITLES.get(status, "Error")
    body = Problem(title=title, status=status, detail=detail, code=code, errors=errors)
    if status in _WAITS and code != "budget_spent":
        headers = {"Retry-After": _WAITS[status], **(headers or {})}
    told = json.dumps(body.model_dump(exclude_none=True), ensure_ascii=False, separators=(",", ":"))
    # What is quoted in a refusal may be broken, for which it was refused.
    sent = told.encode("utf-8", "replace")
    return Response(sent, status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Have every error of the application answered as a problem."""
    app.exception_handler(AqumenError)(_aqumen)
    app.exception_handler(StoreFailed)(_away)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(HungUp)(_hung_up)


def refusal(error: AqumenError) -> Response:
    """Return the answer to a request that ends in an error of ours."""
    status = _status(type(error))
    if status >= 500:
        why = f": {error.why}" if isinstance(error, StoreFailed) else ""
        logger.warning("answering %s: %s%s", status, error.code, why)
    errors = None
    if isinstance(error, InvalidOrder) and error.field is not None:
        errors = [{"field": error.field, "message": error.text}]
    return problem(status, error.code, error.text, headers=_more(error), errors=errors)


def ended(failed: Failed) -> Response:
    """Return the answer to a request that waited for a run which came to no result."""
    headers = _until(failed.resets_at)
    return problem(status_of(failed.code), failed.code, failed.error, headers=headers)


async def _aqumen(request: Request, error: AqumenError) -> Response:
    if isinstance(error, Conflict) and error.run_id is not None:
        request.state.run_id = error.run_id
    return refusal(error)


async def _away(request: Request, error: StoreFailed) -> Response:
    return away(request.headers, error)


def away(said: Headers, error: StoreFailed) -> Response:
    """Return the answer to a request with these headers while the store cannot be used."""
    if "last-event-id" in said and said.get("accept", "").startswith("text/event-stream"):
        # A browser never comes back to a stream that answers with an error.
        logger.warning("a stream is to come back later: %s", error.code)
        headers = {"Cache-Control": "no-cache"}
        return Response(COME_BACK, headers=headers, media_type="text/event-stream")
    return refusal(error)


async def _invalid(_request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    errors = [_field(each) for each in found[:_MOST_FIELDS]]
    said = [f"{each['field']} {each['message']}" for each in errors]
    more = [f"and {len(found) - len(errors)} more"] if len(found) > len(errors) else []
    detail = "; ".join([*said, *more]) + "."
    return problem(422, "invalid_request", detail, errors=errors)


async def _http(_request: Request, error: HTTPException) -> Response:
    codes: dict[int, Code] = {404: "not_found", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "invalid_request")
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, code, f"{error.detail}.", headers=headers)


async def _hung_up(_request: Request, _error: Exception) -> Response:
    return Response(status_code=499)  # nginx's word for it; nobody reads it


class Unexpected:
    """Answers a defect of ours as a problem, inside the middleware that every answer passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        began = False

        async def noting(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            if began or scope["type"] != "http":
                raise
            logger.exception("%s %s failed", scope["method"], scope["path"])
            await problem(500, "internal_error", AqumenError.message)(scope, receive, send)


def _field(found: dict[str, Any]) -> dict[str, str]:
    place = [part for part in found["loc"][1:] if isinstance(part, str)]
    return {"field": ".".join(place) or "body", "message": in_words(found)}


def _more(error: AqumenError) -> dict[str, str] | None:
    """Return the headers that tell a program what to do about it."""
    if isinstance(error, NotAdmitted):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, BudgetSpent):
        return _until(error.resets_at)
    if isinstance(error, ServerFull | TooOften):
        return {"Retry-After": str(error.retry_after_seconds)}
    return None


def _until(moment: datetime | None) -> dict[str, str] | None:
    if moment is None:
        return None
    left = (moment - datetime.now(UTC)).total_seconds()
    return {"Retry-After": str(max(1, math.ceil(left)))}


def _status(kind: type[AqumenError]) -> int:
    return next((_STATUS[base] for base in kind.__mro__ if base in _STATUS), 500)


def _all_kinds(kind: type[AqumenError]) -> list[type[AqumenError]]:
    return [kind, *(deeper for sub in kind.__subclasses__() for deeper in _all_kinds(sub))]
