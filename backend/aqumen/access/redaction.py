"""What may not stand in a log: keys, tickets, students' links, and what people asked for."""

import re

_SECRETS = re.compile(r"\baq([kt])_[A-Za-z0-9._-]{8,}")
_LINK = re.compile(r"(/api/play/)[^/?\s\"']+")
_QUERY = re.compile(r"\?.*", re.DOTALL)


def redacted(text: str) -> str:
    """Return a text with every key, ticket and student's link in it made useless."""
    return _LINK.sub(r"\1[...]", _SECRETS.sub(r"aq\1_[...]", text))


def without_query(address: str) -> str:
    """Return the address of a request as a log may have it: its query holds topics and tickets."""
    return redacted(_QUERY.sub("?[...]", address))
