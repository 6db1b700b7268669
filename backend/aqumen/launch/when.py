"""Times as they are written on a command line."""

import argparse
import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"(\d{1,6})([dh])")


def days(given: str) -> float:
    """Read `90d` or `36h` as days; raises argparse's error."""
    found = _AGO.fullmatch(given)
    if found is None or not int(found[1]):
        raise argparse.ArgumentTypeError("write 90d for days, or 36h for hours")
    return int(found[1]) / (1 if found[2] == "d" else 24)


def since(given: str) -> datetime:
    """Read a date, a moment, or how long ago; UTC where nothing else is said."""
    try:
        if _AGO.fullmatch(given):
            return datetime.now(UTC) - timedelta(days=days(given))
        moment = datetime.fromisoformat(given)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError("write 2026-11-22, or 7d for days ago") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
