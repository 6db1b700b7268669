"""The list of runs: which of them, in which order, a page at a time."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Double, Select, Text, case, cast, func, literal, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from aqumen.errors import InvalidOrder

from .records import Filter, ListOrder
from .tables import runs
from .words import kept

_ROLES = ("strong", "mid", "weak", "judge", "judge_2")
_OPEN_LAST = {True: -1.0, False: 1e12}
"""What stands for the seconds of a run that is not over, by whether the order is descending."""

_ARN = "arn:%:%:%:%:"
"""What comes before the part that is shown: an account, which nobody is to guess by asking."""

_MARK = TypeAdapter(tuple[float, str, str])
"""Where a page ended: the value sorted by, the run's id, and what the page was asked with."""


def page_of(which: Filter, order: ListOrder, cursor: str | None) -> Select[Any]:
    """Return the query of the runs that follow a cursor; each row has its place as `sorted_by`.

    Raises InvalidOrder if the cursor is none, or one of another filter or order.
    """
    by = _sorted_by(order)
    query = select(runs, by.label("sorted_by")).where(*asked(which))
    if cursor is not None:
        value, run_id = _read(cursor, which, order)
        place, after = tuple_(by, runs.c.id), tuple_(literal(value), literal(run_id))
        query = query.where(place < after if order.descending else place > after)
    if order.descending:
        return query.order_by(by.desc(), runs.c.id.desc())
    return query.order_by(by, runs.c.id)


def cursor_after(value: float, run_id: str, which: Filter, order: ListOrder) -> str:
    """Return the cursor of what follows a run, good for the same filter and order only."""
    return _MARK.dump_json((value, run_id, _fingerprint(which, order))).hex()


def _sorted_by(order: ListOrder) -> ColumnElement[Any]:
    if order.by == "duration":
        seconds = runs.c.ended_at - runs.c.created_at
        return func.coalesce(seconds, literal(_OPEN_LAST[order.descending]))
    if order.by == "attempts":
        return cast(runs.c.total_attempts, Double)
    return {"created": runs.c.created_at, "cost": runs.c.cost_usd}[order.by]


def asked(which: Filter) -> Iterator[ColumnElement[bool]]:
    """Yield what has to be true of a run that is listed."""
    if which.kinds:
        yield runs.c.kind.in_(which.kinds)
    if which.statuses:
        yield runs.c.status.in_(which.statuses)
    if which.evidence:
        known = [label for label in which.evidence if label != "none"]
        unlabelled = [runs.c.evidence.is_(None)] if "none" in which.evidence else []
        yield or_(runs.c.evidence.in_(known), *unlabelled)
    for column, wanted in (
        (runs.c.parent, which.parent),
        (runs.c.topic, which.topic),
        (runs.c.owner, which.owner),
    ):
        if wanted is not None:
            yield column == wanted
    for word in (which.search or "").split():
        yield _holds(word)
    yield from _made_with(which)
    yield from _within(which)


def _made_with(which: Filter) -> Iterator[ColumnElement[bool]]:
    if which.model is not None:
        yield or_(*(_is_model(role, which.model) for role in _ROLES))
    if which.prompt is not None:
        # By whatever name: the prompts of other releases and of imported runs have other names.
        versions = cast(runs.c.prompt_versions, Text)
        yield versions.contains(f'"{which.prompt}"', autoescape=True)


def _within(which: Filter) -> Iterator[ColumnElement[bool]]:
    if which.since is not None:
        yield runs.c.created_at >= which.since
    if which.until is not None:
        yield runs.c.created_at < which.until
    if which.min_cost is not None:
        yield runs.c.cost_usd >= which.min_cost
    if which.max_cost is not None:
        yield runs.c.cost_usd <= which.max_cost


def _holds(word: str) -> ColumnElement[bool]:
    columns = (runs.c.topic, runs.c.title, runs.c.subtopic)
    found = (column.icontains(word, autoescape=True) for column in columns)
    return or_(runs.c.id == word, *found)


def _is_model(role: str, shown: str) -> ColumnElement[bool]:
    """Whether a model of a run is shown by this id: of an ARN, without the account before it."""
    there, shown = runs.c.models[role].as_string(), kept(shown)
    ends = there.like(_ARN + re.sub(r"([%_!])", r"!\1", shown), escape="!")
    return case((there.startswith("arn:"), ends), else_=there == shown)


def _read(cursor: str, which: Filter, order: ListOrder) -> tuple[float, str]:
    try:
        value, run_id, asked = _MARK.validate_json(bytes.fromhex(cursor), strict=True)
    except ValueError as unreadable:
        raise InvalidOrder("cursor is not a next_cursor of this API.", field="cursor") from (
            unreadable
        )
    if asked != _fingerprint(which, order):
        raise InvalidOrder(
            "cursor belongs to another filter or order; begin at the first page.", field="cursor"
        )
    return value, run_id


def _fingerprint(which: Filter, order: ListOrder) -> str:
    return hashlib.sha256(repr((asdict(which), order)).encode()).hexdigest()[:16]
