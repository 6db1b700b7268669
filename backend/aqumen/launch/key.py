"""`python -m aqumen key`: make a key, and what the server is told of it."""

import json
from collections.abc import Sequence

from aqumen.access.keys import digest, keyring_of, new_key
from aqumen.errors import KeysUnreadable

from .failure import LaunchFailed


def key(name: str, scopes: Sequence[str], origins: Sequence[str], daily_usd: float | None) -> None:
    """Print a new key and its line for AQUMEN_API_KEYS; raises LaunchFailed if it cannot be one."""
    made = new_key()
    entry: dict[str, object] = {"name": name, "scopes": list(scopes), "digest": digest(name, made)}
    if origins:
        entry["origins"] = list(origins)
    if daily_usd is not None:
        entry["daily_usd"] = daily_usd
    line = json.dumps(entry)
    try:
        keyring_of(line)
    except KeysUnreadable as wrong:
        raise LaunchFailed(wrong.text.replace("AQUMEN_API_KEYS: key 1", "This key")) from wrong
    print(f"The key of {name}, which is shown this once:\n\n  {made}\n")
    print(f"Its line for AQUMEN_API_KEYS, from which nobody can tell the key:\n\n  {line}")
