"""Budgets: dollars a day and a run, of all together and of each key."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from aqumen.errors import BudgetSpent, StoreFailed
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger
from aqumen.models.purse import ENDLESS, Purse, Reserved
from aqumen.store.spending import Spending

from .pen import patiently

logger = logging.getLogger(__name__)

_DAY = 86_400
_ALL = ""
"""The name under which everybody's dollars are counted together."""
_RUN = "The run has come to what one run may cost on this server, and was stopped."


@dataclass(frozen=True, slots=True)
class Caps:
    """What may be spent, in USD; None is no limit."""

    run: float | None = None
    """Of a run that is made now."""
    day: float | None = None
    keys: Mapping[str, float] = field(default_factory=dict)
    """A day, by the name of a key."""

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return self.run is not None or self.day is not None or bool(self.keys)

    def of(self, owner: str | None) -> dict[str, float]:
        """Return the daily limits that hold for somebody's runs, by the name they count under."""
        found = {} if self.day is None else {_ALL: self.day}
        if owner is not None and owner in self.keys:
            found[owner] = self.keys[owner]
        return found


class Purses:
    """Gives each run what its calls are paid from."""

    def __init__(self, spending: Spending, caps: Caps) -> None:
        self._spending = spending
        self._caps = caps

    def check(self, owner: str | None) -> None:
        """Raise BudgetSpent if somebody's day, or everybody's, has nothing left."""
        day = _today()
        for name, cap in self._caps.of(owner).items():
            if self._spending.of(day, name) >= cap:
                raise _spent()

    def of(
        self, owner: str | None, run_id: str, ledger: Ledger, most: float | None = None
    ) -> Purse:
        """Return the purse of a run that has spent what its ledger says, and may spend `most`."""
        caps = self._caps.of(owner)
        if not caps and most is None:
            return ENDLESS
        return _Counted(self._spending, caps, most, run_id, ledger)


@dataclass(slots=True)
class _Counted(Purse):
    """Pays while the run and all whose day it counts to have enough left."""

    _spending: Spending
    _caps: Mapping[str, float]
    """A day, by the name they count under."""
    _most: float | None
    """Of the run."""
    _run_id: str
    _ledger: Ledger
    _held: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, usd: float, cancel: Cancel) -> Reserved:
        reserved = Reserved(usd, _today())
        self._hold(usd)
        left = False
        try:
            left = not self._caps or self._taken(reserved, cancel)
        finally:
            if not left:
                self._let_go(usd)
        if not left:
            raise _spent()
        return reserved

    def settle(self, reserved: Reserved, spent: float) -> None:
        self._let_go(reserved.usd)
        try:
            if self._caps:
                self._spending.settle(reserved.day, self._caps, spent - reserved.usd)
        except StoreFailed:
            # The day has a little less left than is true: on the safe side.
            logger.warning("what a call had cost could not be counted; its most stays set aside")

    def _taken(self, reserved: Reserved, cancel: Cancel) -> bool:
        """Return whether the day had that much left; a store that is away is waited for."""
        take = partial(self._spending.reserve, reserved.day, self._caps, reserved.usd)
        return patiently(take, cancel.wait, self._run_id)

    def _hold(self, usd: float) -> None:
        with self._lock:
            spent = self._ledger.spent.cost_usd + self._held
            if self._most is not None and spent + usd > self._most:
                raise BudgetSpent(_RUN)
            self._held += usd

    def _let_go(self, usd: float) -> None:
        with self._lock:
            self._held -= usd


def _today() -> int:
    return int(time.time() // _DAY)


def _spent() -> BudgetSpent:
    left = _DAY - int(time.time()) % _DAY
    return BudgetSpent(
        "What may be spent today has been spent or set aside. It begins anew at 00:00 UTC, in "
        f"{left // 3600} h {left % 3600 // 60} min.",
        resets_at=datetime.fromtimestamp((_today() + 1) * _DAY, UTC),
    )
