"""What many runs came to, counted by the database from the facts of each."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    select,
)

from aqumen.models.known import public_id

from . import marks
from .counts import Fault, Found, LeftOut, Reason, RunGroup, Shared, StepGroup
from .engine import Database
from .marks import COUNTED, RESULTS, Behind, By, Mark, Scope
from .tables import RUN_IS_OPEN, run_facts, runs, step_facts, step_faults

GROUPS = 100
"""The most groups of a kind; those that were used last are kept."""


class Insights:
    """Counts runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, scope: Scope, by: By) -> Found:
        """Return what the runs of a scope came to, and each group of them."""
        everything = literal("", String)
        with self._database.read() as connection:
            totals = _groups(connection, scope, everything)
            groups = _newest(_groups(connection, scope, marks.of_runs(by)))
            step_groups = _newest_of_each(_steps(connection, scope, marks.of_steps(by)))
            return Found(
                total=totals[0] if totals else None,
                groups=groups,
                shared=_shared(
                    connection,
                    {each.example for each in groups} | {each.example for each in step_groups},
                ),
                steps=tuple(_steps(connection, scope, everything)),
                step_groups=step_groups,
                reasons=_reasons(connection, scope),
                faults=_faults(connection, scope),
                models=_models(connection, scope),
                left_out=_left_out(connection, scope),
            )

    def behind(self, scope: Scope, mark: Mark, *, limit: int, cursor: str | None) -> Behind:
        """Return a page of the runs a mark stands for, newest first."""
        query = marks.behind(scope, mark).order_by(runs.c.id.desc()).limit(limit + 1)
        if cursor is not None:
            query = query.where(runs.c.id < cursor)
        with self._database.read() as connection:
            found = list(connection.scalars(query))
        return Behind(found[:limit], found[limit - 1] if len(found) > limit else None)


def _groups(connection: Connection, scope: Scope, key: ColumnElement[Any]) -> list[RunGroup]:
    seconds = runs.c.ended_at - func.coalesce(runs.c.started_at, runs.c.created_at)
    result = runs.c.status.in_(RESULTS)
    each = (
        select(
            key.label("key"),
            *_ranked(key, seconds),
            _one(runs.c.status == "succeeded").label("succeeded"),
            _one(result).label("result"),
            _one(and_(result, run_facts.c.differentiated)).label("differentiated"),
            runs.c.cost_usd,
            runs.c.created_at,
            runs.c.id,
        )
        .join(run_facts, run_facts.c.run_id == runs.c.id)
        .where(*marks.counted(scope))
        .subquery()
    )
    query = select(
        each.c.key,
        func.count(),
        func.sum(each.c.succeeded),
        func.sum(each.c.result),
        func.sum(each.c.differentiated),
        func.sum(each.c.cost_usd),
        *_quantiles(each),
        func.min(each.c.created_at),
        func.max(each.c.created_at),
        func.max(each.c.id),
    ).group_by(each.c.key)
    return [RunGroup(*row) for row in connection.execute(query)]


def _shared(connection: Connection, run_ids: Iterable[str]) -> dict[str, Shared]:
    columns = (runs.c.id, runs.c.models, runs.c.prompt_versions, runs.c.prompt_numbers)
    query = select(*columns).where(runs.c.id.in_(run_ids))
    return {
        run_id: Shared(
            {role: public_id(id_) for role, id_ in models.items()}, prompts, numbers or {}
        )
        for run_id, models, prompts, numbers in connection.execute(query)
    }


def _steps(connection: Connection, scope: Scope, key: ColumnElement[Any]) -> list[StepGroup]:
    each = (
        _step_facts(
            scope,
            step_facts.c.step,
            key.label("key"),
            *_ranked(key, step_facts.c.seconds, step_facts.c.step),
            _one(step_facts.c.first_right).label("first_right"),
            _one(step_facts.c.accepted).label("accepted"),
            step_facts.c.cost_usd,
            step_facts.c.retries,
            runs.c.created_at,
            runs.c.id,
        )
        .where(key.is_not(None))
        .subquery()
    )
    query = (
        select(
            each.c.step,
            each.c.key,
            func.count(),
            func.sum(each.c.first_right),
            func.sum(each.c.accepted),
            func.sum(each.c.cost_usd),
            func.sum(each.c.retries),
            *_quantiles(each),
            func.max(each.c.created_at),
            func.max(each.c.id),
        )
        .group_by(each.c.step, each.c.key)
        .order_by(each.c.step, each.c.key)
    )
    return [StepGroup(*row) for row in connection.execute(query)]


def _step_facts(scope: Scope, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .join_from(runs, run_facts, run_facts.c.run_id == runs.c.id)
        .join(step_facts, step_facts.c.run_id == runs.c.id)
        .where(*marks.counted(scope), *marks.of_step(scope))
    )


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _ranked(
    key: ColumnElement[Any], value: ColumnElement[float], *also: ColumnElement[Any]
) -> tuple[ColumnElement[Any], ...]:
    """Return a value, and the share of its group that does not exceed it."""
    share = func.cume_dist().over(partition_by=[*also, key], order_by=value)
    return value.label("value"), share.label("share")


def _quantiles(each: Any) -> tuple[ColumnElement[float], ...]:
    """Return the median and the 90th percentile of the ranked value."""
    return tuple(func.min(case((each.c.share >= least, each.c.value))) for least in (0.5, 0.9))


def _reasons(connection: Connection, scope: Scope) -> tuple[Reason, ...]:
    count = func.count()
    query = (
        select(run_facts.c.cause, run_facts.c.stopped_at, count)
        .join(runs, run_facts.c.run_id == runs.c.id)
        .where(*marks.counted(scope), runs.c.status != "succeeded")
        .group_by(run_facts.c.cause, run_facts.c.stopped_at)
        .order_by(count.desc(), run_facts.c.cause, run_facts.c.stopped_at)
    )
    return tuple(Reason(*row) for row in connection.execute(query))


def _faults(connection: Connection, scope: Scope) -> tuple[Fault, ...]:
    count = func.count()
    same = and_(
        *(step_faults.c[name] == step_facts.c[name] for name in ("run_id", "step", "attempt"))
    )
    query = (
        _step_facts(scope, step_faults.c.step, step_faults.c.name, count)
        .join(step_faults, same)
        .group_by(step_faults.c.step, step_faults.c.name)
        .order_by(count.desc(), step_faults.c.step, step_faults.c.name)
        .limit(GROUPS)
    )
    return tuple(Fault(*row) for row in connection.execute(query))


def _models(connection: Connection, scope: Scope) -> tuple[str, ...]:
    anyones = replace(scope, model=None, prompt=None)
    query = _step_facts(anyones, step_facts.c.model).distinct().order_by(step_facts.c.model)
    return tuple(connection.scalars(query))


def _left_out(connection: Connection, scope: Scope) -> LeftOut:
    """Count apart: where there are none of them, each of these is quickly told."""
    same = runs.c.simulated == scope.simulated
    over = runs.c.status.in_(COUNTED)
    query = (
        select(
            func.sum(_one(and_(runs.c.simulated != scope.simulated, over))),
            func.sum(_one(and_(same, runs.c.status == "cancelled"))),
            func.sum(_one(and_(same, RUN_IS_OPEN))),
            func.sum(_one(and_(same, over, run_facts.c.run_id.is_(None)))),
        )
        .select_from(runs)
        .outerjoin(run_facts, run_facts.c.run_id == runs.c.id)
        .where(*marks.asked(scope))
    )
    return LeftOut(*(count or 0 for count in connection.execute(query).one()))


def _newest(groups: list[RunGroup]) -> tuple[RunGroup, ...]:
    """Return the groups that were used last, in the order in which they began."""
    kept = sorted(groups, key=lambda group: group.last_at)[-GROUPS:]
    return tuple(sorted(kept, key=lambda group: (group.first_at, str(group.key))))


def _newest_of_each(groups: list[StepGroup]) -> tuple[StepGroup, ...]:
    kept = [
        group
        for step in range(1, 8)
        for group in sorted(
            (group for group in groups if group.step == step), key=lambda group: group.last_at
        )[-GROUPS:]
    ]
    return tuple(kept)
