"""A record of the log as a line: of text, or of JSON."""

import json
import logging
import re
from datetime import UTC, datetime
from textwrap import indent

from aqumen.runs.current import current_run

from .redaction import redacted, without_query

_RUN = re.compile(r"\brun ([0-9A-HJKMNP-TV-Z]{26})\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Line(logging.Formatter):
    """What both forms share: what a record says, cleaned."""

    def said(self, record: logging.LogRecord) -> str:
        """Return the message on one line: whoever it quotes cannot begin another."""
        text = _CONTROL.sub(_escaped, _message(record))
        return redacted(text)

    def trace(self, record: logging.LogRecord) -> str:
        """Return the traceback that goes with it, of no control characters but the ends of lines.

        Empty without one.
        """
        found = self.formatException(record.exc_info) if record.exc_info else ""
        return redacted("\n".join(_CONTROL.sub(_escaped, each) for each in found.split("\n")))


class TextLine(Line):
    """For people: time, level, logger, message; only they begin a line that is not indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback under it."""
        at = self.formatTime(record)
        line = f"{at} {record.levelname} {record.name}: {self.said(record)}"
        trace = self.trace(record)
        return f"{line}\n{indent(trace, '  ')}" if trace else line


class JsonLine(Line):
    """For machines: one object a line, with the run it is about where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback is a field of it."""
        message = self.said(record)
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "run_id": _run_of(message),
            "thread": record.threadName,
            "exception": self.trace(record),
        }
        return json.dumps({name: value for name, value in said.items() if value})


def _message(record: logging.LogRecord) -> str:
    """Return what is said; of a request, without its query: that holds topics and tickets.

    uvicorn tells of some requests in its other log: of those that want to speak WebSocket.
    """
    if not record.name.startswith("uvicorn.") or not isinstance(record.args, tuple):
        return record.getMessage()
    args = (without_query(each) if isinstance(each, str) else each for each in record.args)
    return record.msg % tuple(args) if record.args else str(record.msg)


def _run_of(message: str) -> str | None:
    named = _RUN.search(message)
    return named[1] if named else current_run()


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
