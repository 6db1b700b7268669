"""How names of mistakes are compared: models copy them almost, not always exactly."""

import re
import unicodedata
from functools import lru_cache

_LISTED = re.compile(r"^(?:\d{1,2}[.):]|[-*])\s+")
_QUOTES = "\"'`\u201c\u201d\u2018\u2019"


@lru_cache(maxsize=256)
def key(name: str) -> str:
    """Return what two writings of the same name have in common.

    Case, runs of white space, a list number in front, quotes around and a full stop behind do
    not count.
    """
    folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    return _LISTED.sub("", folded).rstrip(".").strip(_QUOTES).rstrip(".").strip()
