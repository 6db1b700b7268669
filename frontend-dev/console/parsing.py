"""JSON as other people write it: half a character, which nobody can show, is a question mark."""

import json
from typing import Any


def parse(text: str | bytes) -> Any:
    """Return what JSON says; raises ValueError, and RecursionError where it nests without end."""
    said = json.loads(text)
    written = text if isinstance(text, str) else text.decode("utf-8", "replace")
    if "\\ud" not in written.lower():
        return said
    return json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
