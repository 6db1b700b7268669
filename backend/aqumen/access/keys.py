"""Keys: how they are made, written down and recognized."""

import hmac
import json
import re
import secrets
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from aqumen.errors import KeysUnreadable

from .scopes import Scope

PREFIX = "aqk_"
"""What every key begins with that is made here: it is known for one wherever it turns up."""
_RANDOM_BYTES = 32
_LEAST = 32
"""Characters of a key that somebody else has made."""
_MOST = 512
_DIGEST = r"^[0-9a-f]{64}$"
_ORIGIN = r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?$"


class Key(BaseModel):
    """One key as the server knows it: by its digest, unless its operator wrote it down plainly."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
    """Who holds it; the owner of the runs it starts."""
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    digest: Annotated[str, Field(pattern=_DIGEST, repr=False)]
    origins: tuple[Annotated[str, Field(pattern=_ORIGIN)], ...] = ()
    """The web pages that may use it; any caller may unless said."""

    daily_usd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """What its runs may cost a day (UTC); as much as everybody's unless said."""

    @model_validator(mode="before")
    @classmethod
    def _digested(cls, given: Any) -> Any:
        """Take a key that is written plainly for its digest, and forget it."""
        if not isinstance(given, dict) or "key" not in given:
            return given
        said = dict(given)
        plain = said.pop("key")
        if not isinstance(plain, str) or not _LEAST <= len(plain) <= _MOST:
            raise ValueError(f"a key has to have {_LEAST} to {_MOST} characters")
        return said | {"digest": digest(str(said.get("name")), plain)}

    @model_validator(mode="after")
    def _public_is_apart(self) -> Self:
        if "public" not in self.scopes:
            return self
        if len(self.scopes) > 1:
            raise ValueError("the scope public goes with no other")
        if not self.origins:
            raise ValueError("a public key needs the origins of its web pages")
        if self.daily_usd is None:
            raise ValueError("a public key needs daily_usd, what its runs may cost a day")
        return self


class Keyring:
    """The keys of a server."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = tuple(keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, name: object) -> bool:
        """Whether one of them has that name."""
        return any(key.name == name for key in self._keys)

    @property
    def daily_usd(self) -> dict[str, float]:
        """What the runs of each may cost a day, of those that have a limit of their own."""
        return {key.name: key.daily_usd for key in self._keys if key.daily_usd is not None}

    def key_of(self, said: str) -> Key | None:
        """Return the key a text is, or None; which of them it is does not show in the time."""
        found = None
        for key in self._keys:
            if hmac.compare_digest(digest(key.name, said[:_MOST]), key.digest):
                found = key
        return found


_KEYS = TypeAdapter(list[Key])


def digest(name: str, key: str) -> str:
    """Return what is kept of a key in its place.

    A key is long and random, so that nobody finds it by trying, however quick a try is; under
    another name the same key has another digest.
    """
    return hmac.digest(f"aqumen key {name}".encode(), key.encode(), "sha256").hex()


def new_key() -> str:
    """Return a key nobody has seen: 47 URL-safe characters."""
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def keyring_of(text: str) -> Keyring:
    """Read the keys: a JSON list of objects, or an object a line. Raises KeysUnreadable.

    Each object has `name`, `scopes`, `digest` (or `key`, the key itself) and, if wanted,
    `origins` and `daily_usd`.
    """
    try:
        keys = _KEYS.validate_python(_objects(text.strip()))
    except ValidationError as wrong:
        raise KeysUnreadable(_sentence(wrong)) from None
    except ValueError:
        # Without its cause: that holds the text, and with it the keys.
        raise KeysUnreadable(
            "AQUMEN_API_KEYS is neither a JSON list nor an object a line."
        ) from None
    names = [key.name for key in keys]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise KeysUnreadable(f"AQUMEN_API_KEYS names {', '.join(sorted(twice))} more than once.")
    return Keyring(keys)


def _objects(text: str) -> Any:
    if text.startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _sentence(wrong: ValidationError) -> str:
    found = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
    number, *field = found["loc"] or (0,)
    said = re.sub(r"^Value error, ", "", found["msg"]).rstrip(".")
    place = f"key {int(number) + 1}" if isinstance(number, int) else "the keys"
    return f"AQUMEN_API_KEYS: {' '.join([place, *map(str, field)])}: {said}."
