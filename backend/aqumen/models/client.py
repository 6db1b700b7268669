"""What a model service has to be able to do."""

from typing import Protocol

from .cancel import Cancel
from .request import Reply, Request


class ModelClient(Protocol):
    """One try at one model call."""

    def answer(self, request: Request, cancel: Cancel) -> Reply:
        """Return the answer; tell the request's ear what is written, and first that it begins.

        The request leaves by its departure, or not at all.
        Raises a `ModelFailed`, or what `cancel` was thrown with within a second of it.
        """
        ...
