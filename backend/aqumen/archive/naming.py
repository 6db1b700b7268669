"""File names of exports: plain ASCII, whatever the topic."""

import re
import unicodedata

_LONGEST = 60


def stem(topic: str, run_id: str) -> str:
    """Return a name for a run's file: letters a-z, digits and `-`, and the run's id last."""
    plain = unicodedata.normalize("NFKD", topic).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:_LONGEST].strip("-")
    return f"{words or 'run'}-{run_id}"
