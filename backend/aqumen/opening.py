"""The machinery of a server that has just started, while it is being built."""

import importlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from aqumen.errors import AqumenError, ModelNotReady, ModelUnavailable
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.models.slots import Slots
from aqumen.pipeline.pipeline import Pipeline
from aqumen.settings import Settings

if TYPE_CHECKING:
    from aqumen.machinery import Machinery

logger = logging.getLogger(__name__)

_BUILDING_SECONDS = 30.0
_LOOK_SECONDS = 0.1
_BEING_BUILT = "The server has just started and is being set up."
_NOT_BUILT = "The server could not be set up; its log says why. Start it again."


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
        """Whether the pipeline is built, and its requests could be signed when last looked."""
        return self._built is not None and self._built.signing.failure is None

    def signing(self) -> AqumenError | None:
        """Return why no request can be signed now, or None; may wait for credentials."""
        if self._built is not None:
            return self._built.signing.look()
        if not self._machinery.done():
            return ModelNotReady(_BEING_BUILT)
        failed = self._machinery.exception()
        return failed if isinstance(failed, AqumenError) else ModelUnavailable(_NOT_BUILT)

    def slots(self) -> Slots | None:
        """Return what the model calls wait for; None until there is a pipeline."""
        return None if self._built is None else self._built.slots

    def close(self) -> None:
        """Close what was built."""
        if self._built is not None:
            self._built.close()

    @property
    def _built(self) -> "Machinery | None":
        built = self._machinery
        return built.result() if built.done() and built.exception() is None else None

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
