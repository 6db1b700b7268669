"""Runs that go on from another run's answers: forks and rejudgements."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from aqumen.errors import Conflict
from aqumen.events import Kind, parse
from aqumen.material import Categories
from aqumen.order import Order
from aqumen.pipeline.aim import aim_of
from aqumen.pipeline.cast import roles_of
from aqumen.store.records import Branch, Pinned
from aqumen.store.store import Store
from aqumen.templates import Prompts

from .admission import Admission
from .forecast import Forecast, forecast
from .house import House
from .overrides import check_priced, models_with, prompts_with, reachable
from .past import TYPES, Past, Point
from .prompts import PromptBook

_UNREADABLE = "That run was stored by a version whose answers this one cannot go on from."


@dataclass(frozen=True, slots=True)
class Fork:
    """Where to go on from, and with what changed."""

    from_step: int
    attempt: int | None = None
    """None means the last one."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    """Ids by role."""


@dataclass(frozen=True, slots=True)
class _Parent:
    """A run that can be gone on from."""

    run_id: str
    pinned: Pinned
    past: Past


class Branches:
    """Starts runs that reuse the stored answers of one that is over. Blocks on the store."""

    def __init__(
        self,
        store: Store,
        admission: Admission,
        prompts: PromptBook,
        house: House,
        *,
        budgets: bool = False,
    ) -> None:
        """Take what branches are made with, and whether dollars are counted on this server."""
        self._store = store
        self._admission = admission
        self._prompts = prompts
        self._house = house
        self._budgets = budgets

    def fork(
        self, run_id: str, wanted: Fork, *, request_id: str | None, owner: str | None = None
    ) -> str:
        """Start a run that reuses all answers before a step of an attempt; return its id.

        Raises RunNotFound, InvalidOrder (the run did not reach that step, or a change cannot be
        made), Conflict (it still goes on, say), ServerFull, ShuttingDown or StoreFailed.
        """
        parent = self._parent(run_id)
        point = _fork_point(parent, wanted)
        return self._admission.admit(
            replace(self._pinned(parent, "fork", point, wanted), owner=owner),
            request_id=request_id,
            needs_watcher=False,
            reused=parent.past.before(point),
        )

    def forecast(self, run_id: str, wanted: Fork) -> Forecast:
        """Return what a fork would ask, and about what that would cost; raises as `fork` does."""
        parent = self._parent(run_id)
        pinned = self._pinned(parent, "fork", _fork_point(parent, wanted), wanted)
        return forecast(pinned, parent.past, self._house.known)

    def rejudge(
        self,
        run_id: str,
        *,
        models: Mapping[str, str],
        prompt: str | None,
        request_id: str | None,
        owner: str | None = None,
    ) -> str:
        """Start a run that judges the answers of the last judged attempt again; return its id.

        `models` are those of judges, by role, where they are not the run's own.
        Raises as `fork` does, and Conflict if the run has no judged answers.
        """
        parent = self._parent(run_id)
        point = parent.past.last_judged()
        return self._admission.admit(
            replace(self._rejudging(parent, point, models, prompt), owner=owner),
            request_id=request_id,
            needs_watcher=False,
            reused=parent.past.judged_in(point.attempt),
        )

    def forecast_judge(
        self, run_id: str, *, models: Mapping[str, str], prompt: str | None
    ) -> Forecast:
        """Return what a rejudgement would ask, and what it would cost; raises as `rejudge`."""
        parent = self._parent(run_id)
        pinned = self._rejudging(parent, parent.past.last_judged(), models, prompt)
        return forecast(pinned, parent.past, self._house.known)

    def _parent(self, run_id: str) -> _Parent:
        left = self._store.runs.find(run_id)
        if not left.over:
            raise Conflict("The run is still going on. Wait for its end, or cancel it first.")
        if left.simulated != self._house.simulated:
            kind, other = ("simulated", "real") if left.simulated else ("real", "simulated")
            raise Conflict(f"The answers of that run are {kind}; this server asks {other} models.")
        try:
            pinned = self._store.runs.pinned(run_id)
            told = self._store.log.of_type(run_id, *TYPES)
            past = Past(map(parse, told))
        except (KeyError, ValidationError) as unreadable:
            self._store.runs.find(run_id)
            raise Conflict(_UNREADABLE) from unreadable
        # Of a run that was deleted meanwhile, what was read may be a part.
        self._store.runs.find(run_id)
        return _Parent(run_id, pinned, past)

    def _rejudging(
        self, parent: _Parent, point: Point, models: Mapping[str, str], prompt: str | None
    ) -> Pinned:
        wanted = Fork(
            point.step,
            point.attempt,
            prompts={} if prompt is None else {"judge_answer": prompt},
            models=models,
        )
        return self._pinned(parent, "rejudge", point, wanted)

    def _pinned(self, parent: _Parent, kind: Kind, point: Point, wanted: Fork) -> Pinned:
        own = parent.pinned
        order = _order(parent, point)
        return Pinned(
            kind,
            order,
            self._models(own, kind, wanted, point.step),
            self._reworded(own.prompts, wanted.prompts, point.step),
            self._house.simulated,
            Branch(parent.run_id, point.step, point.attempt),
        )

    def _models(self, own: Pinned, kind: Kind, wanted: Fork, from_step: int) -> dict[str, str]:
        models = models_with(own.models, wanted.models, from_step)
        # Where the judge rejects, every step from 3 on is asked again.
        last = kind == "rejudge" or from_step == 7
        asked = roles_of(from_step) if last else models.keys()
        ours = self._house.cast.ids().values()
        found = reachable(models, ours, asked)
        if self._budgets and not self._house.simulated:  # those cost nothing, whatever their name
            check_priced(found, wanted.models, ours, asked, self._house.known)
        return found

    def _reworded(self, own: Prompts, changes: Mapping[str, str], from_step: int) -> Prompts:
        texts = prompts_with(own, changes, from_step, self._prompts.shipped).texts
        kept = {name: number for name, number in own.numbers.items() if name not in changes}
        return Prompts(texts, kept | self._prompts.numbers(changes))


def _fork_point(parent: _Parent, wanted: Fork) -> Point:
    """Return where a fork begins; raises InvalidOrder, or Conflict for a run of few steps."""
    branch = parent.pinned.branch
    if parent.pinned.kind == "categories":
        raise Conflict("That run was asked for step 1 alone. Start a run on its topic instead.")
    if parent.pinned.kind == "rejudge" and branch is not None:
        raise Conflict(f"That run only judged the answers of {branch.parent} again. Fork that one.")
    return parent.past.point(wanted.from_step, wanted.attempt)


def _order(parent: _Parent, point: Point) -> Order:
    """Return the parent's order, with the aim it came to where step 1 is not asked again."""
    order = parent.pinned.order
    if point.step == 1:
        return order
    first = next(step for step in parent.past.answers() if step.step_number == 1 and step.success)
    try:
        categories = Categories.model_validate_json(first.response_full)
        aim = aim_of(order, categories, parent.run_id)
        return Order.model_validate(
            {**order.model_dump(), "difficulty": aim.difficulty, "subtopic": aim.subtopic}
        )
    except ValidationError as unreadable:
        raise Conflict(_UNREADABLE) from unreadable
