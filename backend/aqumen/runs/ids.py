"""Run ids: opaque, unguessable, URL-safe, and in the order of their making."""

import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_run_id() -> str:
    """Return a ULID: 48 bits of milliseconds, 80 bits of chance, 26 characters of base 32."""
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
