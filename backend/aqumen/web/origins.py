"""Which web pages may call the API."""

import re
from dataclasses import dataclass

EXPOSED = ("X-Run-Id", "Retry-After", "Content-Disposition")
"""Headers of answers that those pages may read."""


@dataclass(frozen=True, slots=True)
class Origins:
    """The pages that CORS lets in, by scheme, host and port."""

    exact: tuple[str, ...] = ()
    pattern: str | None = None
    """Has to match the whole origin."""

    def let_in(self, origin: str) -> bool:
        """Whether pages of an origin may call."""
        if origin in self.exact or "*" in self.exact:
            return True
        return self.pattern is not None and re.fullmatch(self.pattern, origin) is not None

    def shared_with(self, origin: str) -> list[tuple[bytes, bytes]]:
        """Return the headers that let pages of an origin read an answer; none if it is not let in.

        For answers that do not pass the middleware.
        """
        if not self.let_in(origin):
            return []
        exposed = (b"access-control-expose-headers", ", ".join(EXPOSED).encode())
        if "*" in self.exact:
            return [(b"access-control-allow-origin", b"*"), exposed]
        named = (b"access-control-allow-origin", origin.encode("latin-1"))
        return [named, exposed, (b"vary", b"Origin")]
