"""Text as every database can keep it."""

from typing import Any

from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_IN_PLACE_OF_NUL = "\ufffd"


def kept(text: str) -> str:
    """Return a text as a column keeps it."""
    return text.replace("\0", _IN_PLACE_OF_NUL)


class Words(TypeDecorator[str]):
    """Text of any length.

    PostgreSQL takes no NUL, which a model may write and a client may ask for: it is kept, and
    looked for, as U+FFFD, on SQLite too. The log itself loses nothing: in its JSON a NUL is six
    other characters.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what can be kept."""
        return None if value is None else kept(value)


class Name(Words):
    """Text of at most so many characters."""

    impl = String
    cache_ok = True
