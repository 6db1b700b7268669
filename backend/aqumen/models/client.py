"""What a model service has to be able to do."""

from collections.abc import Generator
from typing import Protocol

from .cancel import Cancel
from .request import Reply, Request


class ModelClient(Protocol):
    """One try at one model call."""

    def stream(self, request: Request, cancel: Cancel) -> Generator[str, None, Reply]:
        """Yield the answer's text as it is written; return it whole.

        The request leaves by its departure, or not at all. A piece may be empty; the first says
        that the service has begun to answer, which costs.
        Raises a `ModelFailed`, or what `cancel` was thrown with within a second of it.
        """
        ...
