"""Which web pages may call the API."""

import re
from dataclasses import dataclass


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
