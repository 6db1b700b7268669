"""Puts the parts together: the one file that knows every part."""

import importlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from aqumen.access.addresses import networks
from aqumen.access.keys import Keyring, keyring_of
from aqumen.errors import AqumenError, ModelUnavailable
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.pipeline.cast import Cast
from aqumen.pipeline.pipeline import Pipeline
from aqumen.runs.dispatch import Dispatch
from aqumen.runs.house import House
from aqumen.runs.purses import Caps
from aqumen.runs.runs import Limits, Runs
from aqumen.settings import Settings
from aqumen.store.retention import Keep
from aqumen.store.store import Store
from aqumen.templates import Prompts
from aqumen.web.app import Origins, create_app
from aqumen.web.door import Door, PublicRules
from aqumen.web.parts import About, Parts

if TYPE_CHECKING:
    from aqumen.machinery import Machinery

logger = logging.getLogger(__name__)

_BUILDING_SECONDS = 30.0
_LOOK_SECONDS = 0.1


class Opening:
    """The machinery, while it is being built in the background.

    boto3 takes a quarter of a second to import and longer to look for credentials: what needs
    neither, such as `/health`, does not wait for it.
    """

    def __init__(self, settings: Settings, known: KnownModels, settle: Callable[[], None]) -> None:
        self._settings = settings
        self._known = known
        self._settle = settle
        self._machinery: Future[Machinery] = Future()

    def start(self) -> None:
        """Begin to build."""
        threading.Thread(target=self._build, name="aqumen-build", daemon=True).start()

    def pipeline(self, cancel: Cancel) -> Pipeline:
        """Return the pipeline when it is built.

        Raises a ModelFailed if it could not be, or what `cancel` was thrown with meanwhile.
        """
        end = time.monotonic() + _BUILDING_SECONDS
        while not self._machinery.done():
            cancel.wait(_LOOK_SECONDS)
            if time.monotonic() > end:
                raise ModelUnavailable
        try:
            return self._machinery.result().pipeline
        except AqumenError as error:
            # A new one each time: an error that is raised again keeps what it passed through.
            raise type(error)(error.text) from None

    def ready(self) -> bool:
        """Whether the pipeline is built and its requests can be signed."""
        built = self._machinery
        return built.done() and built.exception() is None and built.result().signs

    def close(self) -> None:
        """Close what was built."""
        built = self._machinery
        if built.done() and built.exception() is None:
            built.result().close()

    def _build(self) -> None:
        try:
            # By name: an import statement would load boto3 before the first answer.
            room = importlib.import_module("aqumen.machinery")
            machinery = room.build(self._settings, self._known)
            self._settle()
            self._machinery.set_result(machinery)
        except Exception as error:
            logger.exception("the model service cannot be used")
            self._machinery.set_exception(error)


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
    )


def _as_it_is() -> None:
    pass


def server(settings: Settings, settle: Callable[[], None] = _as_it_is) -> ASGIApp:
    """Return the web application; it opens its store and builds its machinery when it starts.

    `settle` is called once, from a thread, when what stays is built and before anybody uses it.
    """
    known, prompts, cast_ = KnownModels.shipped(), Prompts.shipped(), cast_of(settings)
    opening = Opening(settings, known, settle)
    house = House(cast_, prompts, simulated=settings.simulated, known=known)
    store = Store(settings.database_url, settings.lease_seconds, settings.database_connections)
    door = _door(settings)
    limits = _limits(settings, door.keyring)
    runs = Runs(store, opening.pipeline, house, limits, _dispatch(settings, store))
    about = _about(settings, known, house, opening.ready)
    parts = Parts(
        runs,
        about,
        door,
        starters=(opening.start, partial(_warn, about)),
        closers=(opening.close, store.close),
    )
    return create_app(parts, Origins(settings.cors_origins, settings.cors_origin_regex))


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
    )


def _warn(about: About) -> None:
    """Log what an operator should know of the models before they fail."""
    for warning in about.warnings():
        logger.warning("%s", warning)


def _limits(settings: Settings, keyring: Keyring) -> Limits:
    return Limits(
        concurrent_runs=settings.max_concurrent_runs,
        queued_runs=settings.max_queued_runs,
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
    doubts = [] if house.simulated else house.cast.doubts()
    return About(
        backend=settings.model_backend,
        simulated=house.simulated,
        cast=house.cast,
        prices_as_of=known.as_of.isoformat(),
        model_names={role: known.facts(model_id).name for role, model_id in ids.items()},
        warnings=lambda: [*known.warnings(ids.values(), datetime.now(UTC).date()), *doubts],
        pipeline_ready=ready,
    )
