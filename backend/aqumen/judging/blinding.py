"""Shuffle what a judge is shown, the same way every time for the same run."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def shuffled(items: Sequence[T], seed: str) -> tuple[T, ...]:
    """Return the items in an order that depends on the seed alone.

    Sorted by hash, not by `random`, so that other processes and later versions of Python
    replay a run in the same order.
    """

    def rank(position: int) -> bytes:
        return hashlib.sha256(f"{position} {seed}".encode("utf-8", "surrogatepass")).digest()

    return tuple(items[position] for position in sorted(range(len(items)), key=rank))
