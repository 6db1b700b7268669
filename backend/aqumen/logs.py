"""How the product logs: one line an event, ids first, and nothing that opens a door."""

import logging

from aqumen.access.redaction import redacted, without_query

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def configure(level: str) -> None:
    """Send the product's own log to standard error, from a level on, and keep secrets out of it.

    Those of uvicorn are kept clean too, wherever they go.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(logging.Formatter(_FORMAT)))
    logger = logging.getLogger("aqumen")
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False
    _access_log().addFilter(addresses_cut)


def addresses_cut(record: logging.LogRecord) -> bool:
    """Take the query out of the address in a record of uvicorn's access log.

    It holds tickets, and what people asked for.
    """
    if isinstance(record.args, tuple):
        record.args = tuple(
            without_query(each) if isinstance(each, str) else each for each in record.args
        )
    return True


class Redacting(logging.Formatter):
    """Writes records as another formatter does, without the secrets in them."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line, its traceback too."""
        return redacted(self._formatter.format(record))


def _access_log() -> logging.Logger:
    return logging.getLogger("uvicorn.access")
