"""Sends the product's log, and its server's, to standard error in one form."""

import logging
from typing import Literal

from .lines import JsonLine, Line, TextLine

Format = Literal["text", "json"]

_LINES: dict[Format, type[Line]] = {"text": TextLine, "json": JsonLine}
_OTHERS = ("uvicorn", "uvicorn.error", "uvicorn.access")


def configure(level: str, form: Format = "text") -> None:
    """Write the product's log from a level on, and uvicorn's as far as uvicorn was told to.

    And the warnings of libraries, where nobody else has said what becomes of them.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_LINES[form]())
    ours = logging.getLogger("aqumen")
    ours.setLevel(level)
    for logger in (ours, *map(logging.getLogger, _OTHERS)):
        logger.handlers = [handler]
        logger.propagate = False
    logging.lastResort = handler
