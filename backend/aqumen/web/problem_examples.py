"""What refusals and failures look like, by example, for `/docs`."""

from typing import Any

from aqumen.errors import (
    AqumenError,
    Code,
    Conflict,
    DeadlineExceeded,
    ModelUnavailable,
    NotAdmitted,
    NotAllowed,
    RunNotFound,
    ServerFull,
    TooOften,
)

from . import body_limit, head_limit
from .examples import Responses
from .problems import TITLES, Problem
from .rights import Right

_TOO_SHORT = "must have 3 to 200 characters"


def _said(status: int, detail: str, code: Code = "invalid_request") -> Problem:
    return Problem(title=TITLES[status], status=status, detail=detail, code=code)


def _raised(status: int, error: AqumenError) -> Problem:
    return _said(status, error.text, error.code)


def _described(*problems: Problem) -> Responses:
    return {problem.status: _answer(problem) for problem in problems}


def _answer(problem: Problem) -> dict[str, Any]:
    return {
        "description": problem.title,
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": problem.model_dump(exclude_none=True),
            }
        },
    }


_OF_THE_HEAD = _described(_said(414, head_limit.TOO_LONG), _said(431, head_limit.TOO_MANY))
_OF_A_BODY = _described(
    _said(400, "There was an error parsing the body."),
    _said(408, body_limit.LATE),
    _said(413, body_limit.SENTENCE),
)
_OF_STRANGERS = _described(_raised(401, NotAdmitted()), _raised(403, NotAllowed()))
RESPONSES: Responses = _described(
    _raised(404, RunNotFound()),
    _raised(409, Conflict()),
    _said(422, f"topic {_TOO_SHORT}.").model_copy(
        update={"errors": [{"field": "topic", "message": _TOO_SHORT}]}
    ),
    _raised(429, TooOften(30)),
    _raised(502, ModelUnavailable()),
    _raised(503, ServerFull(5)),
    _raised(504, DeadlineExceeded()),
)
"""What a route may answer besides its own."""
OTHER_MEDIA: Responses = _described(
    _said(406, "Ask for one of application/json, text/event-stream, application/x-ndjson.")
)
"""What a log answers those who ask for none of its forms."""


def before_the_route(right: Right, *, body: bool) -> Responses:
    """Return what may be answered in a route's place, by who looks at each request before it."""
    return _OF_THE_HEAD | ({} if right.anybody else _OF_STRANGERS) | (_OF_A_BODY if body else {})
