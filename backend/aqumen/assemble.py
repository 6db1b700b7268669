"""Puts the parts together: the one file that knows every part."""

import importlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from starlette.types import ASGIApp

from aqumen.access.addresses import networks
from aqumen.access.keys import Keyring, keyring_of
from aqumen.errors import AqumenError
from aqumen.metrics import Census, Metrics
from aqumen.models.known import KnownModels
from aqumen.opening import Opening
from aqumen.pipeline.cast import Cast
from aqumen.runs.dispatch import Dispatch
from aqumen.runs.house import House
from aqumen.runs.limits import Limits
from aqumen.runs.purses import Caps
from aqumen.runs.runs import Runs
from aqumen.settings import Settings
from aqumen.store.retention import Keep
from aqumen.store.store import Store
from aqumen.store.witness import Witnesses
from aqumen.templates import Prompts
from aqumen.tracing import Tracing
from aqumen.web.app import create_app
from aqumen.web.door import Door, PublicRules
from aqumen.web.origins import Origins
from aqumen.web.parts import About, Parts

logger = logging.getLogger(__name__)


_HALF_CLOSED = (
    "there are keys, and AQUMEN_AUTH is not set: callers on this machine need none, nor do those "
    "of a proxy here that does not say whom it speaks for; AQUMEN_AUTH=required asks everybody"
)


class DispatcherMissing(AqumenError):
    """DBOS is asked for and not installed."""

    message = "AQUMEN_DISPATCHER=dbos needs: pip install -r requirements-distributed.txt"


def cast_of(settings: Settings) -> Cast:
    """Return which model plays which part."""
    return Cast(
        strong=settings.model_strong,
        mid=settings.model_mid,
        weak=settings.model_weak,
        judge=settings.model_judge or settings.model_strong,
        judge_2=settings.model_judge_2 or None,
    )


def _as_it_is() -> None:
    pass


def server(settings: Settings, settle: Callable[[], None] = _as_it_is) -> ASGIApp:
    """Return the web application; it opens its store and builds its machinery when it starts.

    `settle` is called once, from a thread, when what stays is built and before anybody uses it.
    """
    known, prompts, cast_ = (
        KnownModels.read(settings.models_file),
        Prompts.shipped(),
        cast_of(settings),
    )
    opening = Opening(settings, known, settle)
    house = House(cast_, prompts, simulated=settings.simulated, known=known)
    metrics, tracing = Metrics(), Tracing()
    store = Store(
        settings.database_url,
        settings.lease_seconds,
        settings.database_connections,
        Witnesses(metrics, tracing),
    )
    door = _door(settings)
    limits = _limits(settings, door.keyring)
    runs = Runs(store, opening.pipeline, house, limits, _dispatch(settings, store))
    metrics.watch(partial(_census, settings, runs, opening))
    about = _about(settings, known, house, opening.ready)
    parts = Parts(
        runs,
        about,
        opening.signing,
        lambda: (metrics.text(), metrics.media_type),
        metrics.refused,
        door,
        starters=(opening.start, partial(_warn, about, settings)),
        closers=(opening.close, store.close, tracing.close),
    )
    return create_app(parts, Origins(settings.cors_origins, settings.cors_origin_regex))


def _census(settings: Settings, runs: Runs, opening: Opening) -> Census:
    load, slots = runs.load(), opening.slots()
    return Census(
        runs_queued=load.queued,
        runs_running=load.running,
        run_slots=settings.max_concurrent_runs,
        queue_slots=settings.max_queued_runs,
        tails_open=load.tails,
        calls_open=slots.in_use if slots else 0,
        calls_waiting=slots.waiting if slots else 0,
        call_slots=settings.calls,
    )


def _door(settings: Settings) -> Door:
    """Return who may come in; raises KeysUnreadable."""
    text = settings.api_keys
    if text is not None and text.startswith("arn:"):
        # By name: few servers keep their keys there, and boto3 takes long to import.
        text = str(importlib.import_module("aqumen.access.vault").text_of(text))
    return Door(
        keyring=keyring_of(text) if text is not None else Keyring(),
        auth=settings.auth,
        proxies=networks(settings.trusted_proxies),
        ticket_seconds=settings.ticket_seconds,
        public=PublicRules(settings.public_max_attempts, settings.public_tickets_per_hour),
        docs=settings.docs == "on",
        starts_per_minute=settings.starts_per_minute,
        streams_per_address=settings.streams_per_address,
        connections_per_address=settings.connections_per_address,
    )


def _warn(about: About, settings: Settings) -> None:
    """Log what an operator should know before something fails, or somebody comes in."""
    # What simulated models say rests on no judgement: who looks at the models is told all the same.
    hushed = about.cast.doubts() if about.simulated else []
    for warning in about.warnings():
        if warning not in hushed:
            logger.warning("%s", warning)
    if settings.api_keys is not None and settings.auth is None:
        logger.warning(_HALF_CLOSED)


def _limits(settings: Settings, keyring: Keyring) -> Limits:
    return Limits(
        concurrent_runs=settings.max_concurrent_runs,
        queued_runs=settings.max_queued_runs,
        runs_per_key=settings.runs_per_key,
        calls_per_run=settings.calls_per_run,
        deadline_seconds=settings.run_deadline_seconds,
        certified_deadline_seconds=settings.certified_deadline_seconds,
        grace_seconds=settings.grace_seconds,
        caps=Caps(settings.run_budget_usd, settings.daily_budget_usd, keyring.daily_usd),
        keep=Keep.of(settings.retention_days, settings.retention_runs),
    )


def _dispatch(settings: Settings, store: Store) -> Dispatch | None:
    """Return what hands out runs over all processes; None where each process does for itself.

    Raises DispatcherMissing if the extra it takes is not installed.
    """
    if settings.dispatcher == "local":
        return None
    try:
        # By name: only this dispatcher needs the extra, which takes a second to import.
        room = importlib.import_module("aqumen.cluster")
    except ModuleNotFoundError as missing:
        raise DispatcherMissing from missing
    rates = room.Rates(
        here=settings.max_concurrent_runs,
        everywhere=settings.cluster_concurrent_runs,
        starts_per_minute=settings.cluster_starts_per_minute,
    )
    queue = room.Queue(settings.database_url, store.leases.worker, rates)
    waiting = settings.max_concurrent_runs + settings.max_queued_runs
    cluster: Dispatch = room.Cluster(queue, store.claims, waiting)
    return cluster


def _about(
    settings: Settings, known: KnownModels, house: House, ready: Callable[[], bool]
) -> About:
    ids = house.cast.ids()
    return About(
        backend=settings.model_backend,
        simulated=house.simulated,
        cast=house.cast,
        prices_as_of=known.as_of.isoformat(),
        model_names={role: known.facts(model_id).name for role, model_id in ids.items()},
        # Of simulated models, too: on Bedrock these ids would be as doubtful.
        warnings=lambda: [
            *known.warnings(ids.values(), datetime.now(UTC).date()),
            *house.cast.doubts(),
        ],
        pipeline_ready=ready,
    )
