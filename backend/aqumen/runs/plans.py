"""What a run is run by, from what was pinned of it and what the store knows besides."""

import logging
import time
from functools import partial

from pydantic import ValidationError

from aqumen.errors import StoreFailed
from aqumen.events import Accuracy, Step, parse
from aqumen.models.known import public_id
from aqumen.pipeline.cast import JUDGING, Cast
from aqumen.pipeline.plan import Plan
from aqumen.store.records import Pinned
from aqumen.store.store import Store

from .overrides import TEMPLATES

logger = logging.getLogger(__name__)

_RECALL_SECONDS = 3600.0
"""How old a stored step 1 may be to be told again."""


def plan_of(pinned: Pinned, store: Store) -> Plan:
    """Return the plan; what it looks up, it looks up in the store when it is needed."""
    return Plan(
        pinned.order,
        Cast(**pinned.models),
        pinned.prompts,
        pinned.simulated,
        partial(_recall, store, pinned),
        pinned.branch.from_attempt if pinned.branch else 1,
        partial(_accuracy, store, pinned),
        pinned.terms.calls_at_once if pinned.terms else None,
    )


def _recall(store: Store, pinned: Pinned, _topic: str) -> Step | None:
    if pinned.branch is not None:
        return None  # a fork from step 1 is asked for to have step 1 made again
    try:
        data = store.runs.categories(pinned, time.time() - _RECALL_SECONDS)
    except StoreFailed as failed:
        logger.warning("no stored step 1 could be looked for: %r", failed)
        return None  # asking again is the worst that follows
    try:
        step = parse(data) if data is not None else None
    except ValidationError:
        return None  # told by another release; asking again is the worst that follows
    return step if isinstance(step, Step) else None


def _accuracy(store: Store, pinned: Pinned) -> Accuracy | None:
    judges = [public_id(model) for model in Cast(**pinned.models).judges]
    version = pinned.prompts[TEMPLATES[JUDGING]].version
    try:
        return store.calibrations.find(*judges, prompt=version, simulated=pinned.simulated)
    except StoreFailed as failed:
        logger.warning("no calibration could be looked for: %r", failed)
        return None  # the rates are shown as they were counted
