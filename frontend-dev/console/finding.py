"""Which runs are looked for, as the page's address says it."""

import re
from collections.abc import Mapping
from datetime import date

KINDS_OF_EVIDENCE = ("certified", "screened", "single-sample", "none")
"""The labels, and that there is none."""

SORTINGS = {
    "created desc": "Newest first",
    "created asc": "Oldest first",
    "cost desc": "Most expensive first",
    "cost asc": "Cheapest first",
    "duration desc": "Longest first",
    "duration asc": "Shortest first",
    "attempts desc": "Most attempts first",
    "attempts asc": "Fewest attempts first",
}
"""By the API's sort and order."""
NEWEST = "created desc"

LABELS = {
    "since": "Asked on or after",
    "until": "Asked on or before",
    "min_cost": "Cost at least",
    "max_cost": "Cost at most",
}
"""What is said for the API's names of bounds."""

_WHICH = ("q", "topic", "status", "evidence", "model", "prompt")
FILTERS = (*_WHICH, "since", "until", "min_cost", "max_cost")
NAMES = (*FILTERS, "sort", "order")
"""What the address may say, in the API's own names."""


def read(address: Mapping[str, str]) -> dict[str, str]:
    """Return what an address looks for; what it says otherwise is left out."""
    return {name: value for name in NAMES if (value := address.get(name, "").strip())}


def filtered(asked: Mapping[str, str]) -> bool:
    """Return whether some runs may be left out."""
    return any(name in asked for name in FILTERS)


def sorting(asked: Mapping[str, str]) -> str:
    """Return one of SORTINGS, the newest first unless another one is asked for."""
    found = f"{asked.get('sort', 'created')} {asked.get('order', 'desc')}"
    return found if found in SORTINGS else NEWEST


def in_words(sentence: str) -> str:
    """Return what the API says of its bounds, by the names that the page has for them."""
    names = "|".join(LABELS)
    return re.sub(rf"\b({names})\b", lambda found: f"“{LABELS[found[0]]}”", sentence)


def day(text: str) -> date | None:
    """Return the day that a text is."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def dollars(text: str) -> float | None:
    """Return the sum of at least nothing that a text is."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found <= 1e9 else None
