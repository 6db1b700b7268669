"""Where a request comes from: who is this very machine, and what proxies say of the others."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

FORWARDING = frozenset(
    {
        "forwarded",
        "forwarded-for",
        "via",
        "client-ip",
        "proxy-client-ip",
        "wl-proxy-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "cf-connecting-ipv6",
        "do-connecting-ip",
        "fastly-client-ip",
        "fly-client-ip",
        "x-appengine-user-ip",
        "x-azure-clientip",
        "x-azure-socketip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-envoy-external-address",
        "x-nf-client-connection-ip",
        "x-original-forwarded-for",
        "x-original-host",
        "x-originating-ip",
        "x-real-ip",
        "x-remote-addr",
        "x-remote-ip",
        "x-vercel-forwarded-for",
    }
)
"""Headers that only something between the caller and this server has a reason to set."""
THIS_MACHINE = "127.0.0.1"
_HERE = IPv4Network(THIS_MACHINE)
_PORT = re.compile(r"(:[0-9]{0,5})?")
_FORWARDED = "x-forwarded"
"""What more of them begin with: `-for`, `-host`, `-proto` and many others."""


def is_forwarded(headers: Iterable[str]) -> bool:
    """Whether one of a request's headers, by name in lower case, was set on the way."""
    return any(name in FORWARDING or name.startswith(_FORWARDED) for name in headers)


def is_loopback(address: str) -> bool:
    """Whether an IP address is this very machine's."""
    found = _ip(address)
    return found is not None and found.is_loopback


def is_loopback_host(host: str) -> bool:
    """Whether a `Host` header names this very machine: no other name that may lead here does."""
    name = host.strip().lower()
    if name.startswith("["):
        inside, bracket, port = name[1:].partition("]")
        return bool(bracket) and bool(_PORT.fullmatch(port)) and is_loopback(inside)
    name = name.rpartition(":")[0] if name.count(":") == 1 else name
    return name == "localhost" or is_loopback(name)


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and networks such as 10.0.0.0/8; raises ValueError for what is neither."""
    return tuple(ip_network(each.strip(), strict=False) for each in given if each.strip())


def address_of(peer: str, forwarded_for: str, trusted: Iterable[Network]) -> str:
    """Return the caller's address: the last one in the chain that no trusted proxy has.

    What stands further to the left in `X-Forwarded-For` anybody may have written.
    """
    trusted = tuple(trusted)
    address = peer
    chain = [each.strip() for each in forwarded_for.split(",") if each.strip()]
    for said in map(_without_port, reversed(chain)):
        if not is_within(address, trusted) or _ip(said) is None:
            break
        address = said
    return address


def is_rewritten(host: str, port: int, forwarded_for: str, trusted: Iterable[Network]) -> bool:
    """Whether a peer is none: its place was given to one of `X-Forwarded-For`, as uvicorn does.

    Nobody calls from port 0; where a port is said, it is taken along. Then it has to be the last
    entry that neither a trusted proxy nor this machine has: whoever calls from a port knows it,
    and may have written it to the left of anything.
    """
    if port == 0:
        return bool(forwarded_for)
    trusted = (*trusted, _HERE)
    for said in map(str.strip, reversed(forwarded_for.split(","))):
        if said in {f"{host}:{port}", f"[{host}]:{port}"}:
            return True
        if not is_within(_without_port(said), trusted):
            break
    return False


def is_within(address: str, trusted: Iterable[Network]) -> bool:
    """Whether an IP address belongs to one of these networks."""
    found = _ip(address)
    return found is not None and any(found in network for network in trusted)


def network_of(address: str) -> str:
    """Return what is counted as one caller, however it is written.

    An IPv6 host has a whole /64 to call from.
    """
    found = _ip(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address if found is None else str(found)


def _without_port(said: str) -> str:
    """Return `1.2.3.4` of `1.2.3.4:5678`, and `::1` of `[::1]` or `[::1]:99`."""
    if said.startswith("["):
        inside, _bracket, port = said[1:].partition("]")
        return inside if _PORT.fullmatch(port) else said
    name, colon, port = said.partition(":")
    return name if colon and re.fullmatch(r"[0-9]{1,5}", port) and "." in name else said


def _ip(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
