"""How the product logs: one line an event, ids first, and nothing that opens a door."""

from .configuring import Format, configure

__all__ = ["Format", "configure"]
