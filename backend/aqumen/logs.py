"""How the product logs: one line an event, ids first."""

import logging

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def configure(level: str) -> None:
    """Send the product's own log to standard error, from a level on."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger = logging.getLogger("aqumen")
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False
