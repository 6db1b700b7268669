"""A server's keys, one of each kind, and what they are sent as."""

import json

from aqumen.access.keys import digest

PAGE = "https://demo.aqumen.ai"
SCOPES: dict[str, list[str]] = {
    "alice": ["generate", "read"],
    "bob": ["generate", "read"],
    "maker": ["generate"],
    "reader": ["read"],
    "editor": ["prompts"],
    "chief": ["admin"],
    "site": ["public"],
}


def key(name: str) -> str:
    """Return the key of somebody."""
    return f"aqk_this-is-the-test-suites-key-of-{name}"


def lines(*names: str, **more: object) -> str:
    """Return keys as the server is told of them; all of them unless named."""
    return json.dumps([_entry(name) | more for name in names or SCOPES])


def _entry(name: str) -> dict[str, object]:
    bound = {"origins": [PAGE], "daily_usd": 5} if name == "site" else {}
    return {"name": name, "scopes": SCOPES[name], "digest": digest(name, key(name)), **bound}


def bearer(name: str) -> dict[str, str]:
    """Return the headers with which somebody shows their key."""
    sent = {"Authorization": f"Bearer {key(name)}"}
    return sent | ({"Origin": PAGE} if name == "site" else {})
