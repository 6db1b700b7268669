"""Ask a model until it answers: our own visible, cancellable, bounded retry loop."""

import logging
import math
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import datetime

from aqumen.errors import Code, ModelFailed, StreamStalled
from aqumen.events import Call, Pause, Place, Retry, Usage, now

from .cancel import Cancel
from .client import ModelClient
from .departure import Departure
from .ear import Ear
from .estimate import usage_of
from .known import KnownModels, public_id
from .ledger import Ledger, Opening
from .onlooker import NOBODY, Onlooker
from .patience import Patience, RetryBudget
from .purse import ENDLESS, Purse
from .request import Reply, Request
from .slots import Slots

logger = logging.getLogger(__name__)


_TOOL_LETTERS = 4000
"""About what the description of a tool takes."""


def _kept_nowhere(_cancel: Cancel) -> float:
    """Of runs that nobody else could go on with."""
    return math.inf


@dataclass(frozen=True, slots=True)
class RunScope:
    """What the calls of one run share."""

    run_id: str
    cancel: Cancel
    ledger: Ledger = field(default_factory=Ledger)
    budget: RetryBudget = field(default_factory=RetryBudget)
    keep: Callable[[Cancel], float] = _kept_nowhere
    """Keeps the ledger where it outlives this process; called before each try, in its thread.

    Returns until when, in seconds since the epoch, the call may be sent; it may not if this raises.
    """

    purse: Purse = ENDLESS
    """Pays for each try."""
    onlooker: Onlooker = NOBODY
    """Hears of unfinished text, from whichever thread reads it."""

    def with_cancel(self, cancel: Cancel) -> "RunScope":
        """Return the same run's scope with another switch, such as a child of its own."""
        return replace(self, cancel=cancel)


@dataclass(slots=True)
class _Try:
    """One try as far as it got."""

    started_at: datetime
    ear: Ear
    departure: Departure = field(default_factory=Departure)
    reply: Reply | None = None


class Asker:
    """Puts requests to a model service and keeps the ledger."""

    def __init__(
        self, client: ModelClient, known: KnownModels, patience: Patience, slots: Slots
    ) -> None:
        self._client = client
        self._known = known
        self._patience = patience
        self._slots = slots

    def ask(
        self, request: Request, place: Place, run: RunScope
    ) -> Generator[Retry | Pause, None, Call]:
        """Yield every retry before its wait, and waits for a place; return the answer.

        The run's onlooker hears what is written.

        Raises the last `ModelFailed` when it is not to be tried again, ServerFull if no place
        came free, or what the run was stopped with, within a second of it.
        """
        request = replace(request, metadata={**_metadata(place, run), **request.metadata})
        failures: Counter[Code] = Counter()
        while True:
            tried = _Try(now(), Ear(place, run.onlooker))
            if self._slots.full:
                yield Pause()
            try:
                with self._slots.taken(run.cancel, self._patience.slot_seconds):
                    reply = self._try(tried, request, place, run)
            except ModelFailed as failure:
                if failure is run.cancel.error:
                    raise  # another call's failure, which stopped this one
                if tried.departure.late and run.budget.spend():
                    continue  # no failure of the service: this process was too slow, or stood still
                failures[failure.code] += 1
                if not self._again(failure, failures, run):
                    failure.step_number = place.step_number
                    raise
                wait = self._patience.wait_seconds(failures.total(), failure)
                yield _told(failure, failures.total(), wait, place, run)
                run.cancel.wait(wait)
            else:
                return self._answered(request, reply, tried, tries=failures.total() + 1)

    def _try(self, tried: _Try, request: Request, place: Place, run: RunScope) -> Reply:
        request = replace(request, departure=tried.departure, ear=tried.ear)
        opening = self._opening(request, place)
        reserved = run.purse.reserve(self._most_usd(request), run.cancel)
        run.ledger.open(opening)
        try:
            request.departure.by = run.keep(run.cancel)
            run.cancel.check()
            # Set again here: the wait for a place is not part of the try.
            tried.started_at = now()
            tried.reply = self._client.answer(request, run.cancel)
        except StreamStalled:
            # Silence comes after the request was taken, so it is paid for.
            tried.ear.begun = True
            raise
        finally:
            run.purse.settle(reserved, self._close(opening, request, tried, run))
        return tried.reply

    def _most_usd(self, request: Request) -> float:
        """Return the most a try can cost: all it may write and think, and short words to read."""
        letters = len(request.prompt.encode()) + (2 * _TOOL_LETTERS if request.tool else 0)
        written = self._known.facts(request.model).most_tokens(request.max_tokens)
        usage = Usage(input_tokens=letters // 2, output_tokens=written)
        return self._known.cost_usd(request.model, usage)

    def _opening(self, request: Request, place: Place) -> Opening:
        usage = usage_of(request.prompt, "")
        return Opening(place, usage, self._known.cost_usd(request.model, usage))

    def _close(self, opening: Opening, request: Request, tried: _Try, run: RunScope) -> float:
        """Charge what was answered, or an estimate for what broke off after it had begun.

        Returns what that is.
        """
        if tried.reply:
            usage = tried.reply.usage
        elif tried.ear.begun or (request.departure.sent and run.cancel.error is not None):
            usage = usage_of(request.prompt, tried.ear.text)
        else:
            run.ledger.drop(opening)
            return 0.0
        cost = self._known.cost_usd(request.model, usage)
        exact = tried.reply is not None and self._known.facts(request.model).priced
        run.ledger.charge(opening, usage, cost, estimated=not exact)
        return cost

    def _again(self, failure: ModelFailed, failures: Counter[Code], run: RunScope) -> bool:
        allowed = self._patience.retries.get(failure.code, 0)
        return failure.retryable and failures[failure.code] <= allowed and run.budget.spend()

    def _answered(self, request: Request, reply: Reply, tried: _Try, tries: int) -> Call:
        return Call(
            model=public_id(request.model),
            label=request.label,
            prompt=request.prompt,
            response=reply.text,
            started_at=tried.started_at,
            duration_seconds=round(reply.duration_seconds, 3),
            first_token_seconds=_rounded(reply.first_token_seconds),
            usage=reply.usage,
            cost_usd=self._known.cost_usd(request.model, reply.usage),
            cost_estimated=not self._known.facts(request.model).priced,
            stop_reason=reply.stop_reason,
            tries=tries,
            used_tool=reply.tool_input is not None,
        )


def _metadata(place: Place, run: RunScope) -> dict[str, str]:
    return {
        "run": run.run_id,
        "step": str(place.step_number),
        "attempt": str(place.attempt),
        "answer": str(place.answer),
        "call": str(place.call),
    }


def _told(failure: ModelFailed, tries: int, wait: float, place: Place, run: RunScope) -> Retry:
    logger.warning(
        "run %s step %s call %s: try %s failed with %s, next in %.1f s",
        run.run_id,
        place.step_number,
        place.call,
        tries,
        failure.code,
        wait,
        exc_info=failure if logger.isEnabledFor(logging.DEBUG) else None,
    )
    return Retry(
        run_id=run.run_id,
        **place._asdict(),
        try_=tries,
        code=failure.code,
        message=failure.text,
        wait_seconds=round(wait, 3),
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
