"""How many connections one address may have open."""

from collections import Counter
from collections.abc import Iterable

from aqumen.access.addresses import Network, is_within, network_of

CROWD = "crowd"
"""What the server's state holds the count as, for `connections.Bounded`."""
SENTENCE = (
    "This address has as many connections open as the server allows "
    "(AQUMEN_CONNECTIONS_PER_ADDRESS). Close some, or wait."
)


class Crowd:
    """The open connections by address; those of trusted proxies, who speak for many, count not."""

    def __init__(self, most: int | None, proxies: Iterable[Network] = ()) -> None:
        """None is no limit."""
        self._most = most
        self._proxies = tuple(proxies)
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._open.total()

    def let_in(self, address: str) -> bool:
        """Count one more connection, unless that is one too many; whoever is in has to leave."""
        if not self._counts(address):
            return True
        who = network_of(address)
        if self._most is not None and self._open[who] >= self._most:
            return False
        self._open[who] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one less."""
        if not self._counts(address):
            return
        who = network_of(address)
        self._open[who] -= 1
        if self._open[who] <= 0:
            del self._open[who]

    def _counts(self, address: str) -> bool:
        """Whether it is known who that is; a socket in the file system has no address."""
        return self._most is not None and bool(address) and not is_within(address, self._proxies)
