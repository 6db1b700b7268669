"""Where a request comes from, and what proxies may say of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.access.addresses import (
    address_of,
    is_loopback,
    is_loopback_host,
    is_rewritten,
    network_of,
    networks,
)

PROXIES = networks(["10.0.0.0/8", "192.0.2.7"])


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1:80", "[::1]:8000", "[::1]", "[::ffff:127.0.0.1]:1"],
)
def test_names_of_this_machine(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.evil.com",
        "evil.com:8000",
        "127.0.0.1.nip.io",
        "0.0.0.0",
        "[::2]",
        "[::1]evil.com",
        "[::1].evil.com:80",
        "localhost@evil.com",
        "localhost:80:80",
        "localhost.",
        "[::1",
        "a",
    ],
)
def test_names_that_may_only_lead_here(host: str) -> None:
    assert not is_loopback_host(host)


def test_addresses_of_this_machine() -> None:
    assert [is_loopback(each) for each in ("127.0.0.1", "::1", "::ffff:127.0.0.1")] == [True] * 3
    assert not is_loopback("testclient")
    assert not is_loopback("10.0.0.1")


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "198.51.100.1, 192.0.2.7", "198.51.100.1"),
        ("10.1.1.1", "6.6.6.6, nonsense", "10.1.1.1"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("", "198.51.100.1", ""),
        ("10.1.1.1", "198.51.100.1:5678", "198.51.100.1"),
        ("10.1.1.1", "[2001:db8::1]:99", "2001:db8::1"),
        ("10.1.1.1", "2001:db8::1", "2001:db8::1"),
        ("10.1.1.1", "6.6.6.6, [2001:db8::1]x", "10.1.1.1"),
    ],
)
def test_only_trusted_proxies_say_who_is_behind_them(peer: str, said: str, address: str) -> None:
    assert address_of(peer, said, PROXIES) == address


@given(st.text(max_size=60))
def test_who_is_trusted_by_nobody_cannot_change_his_address(said: str) -> None:
    assert address_of("203.0.113.9", said, PROXIES) == "203.0.113.9"


@pytest.mark.parametrize(
    ("host", "port", "said", "rewritten"),
    [
        ("198.51.100.1", 0, "198.51.100.1", True),
        ("198.51.100.1", 77, "6.6.6.6, 198.51.100.1:77", True),
        ("198.51.100.1", 77, "6.6.6.6, 198.51.100.1:77, 10.0.0.1:5, 127.0.0.1", True),
        ("10.0.0.1", 77, "6.6.6.6, 10.0.0.1:77", True),
        ("2001:db8::1", 77, "[2001:db8::1]:77", True),
        ("198.51.100.1", 50000, "198.51.100.1", False),
        ("198.51.100.1", 50000, "198.51.100.1:77", False),
        ("198.51.100.1", 50000, "198.51.100.1:50000, 6.6.6.6", False),
        ("198.51.100.1", 50000, "198.51.100.1:50000, nonsense", False),
        ("2001:db8::1", 50000, "[2001:db8::1]:50000, 6.6.6.6", False),
        ("198.51.100.1", 0, "", False),
        ("198.51.100.1", 50000, "", False),
    ],
)
def test_a_peer_that_a_header_named_is_told_from_one_that_connected(
    host: str, port: int, said: str, rewritten: bool
) -> None:
    assert is_rewritten(host, port, said, PROXIES) is rewritten


def test_a_whole_ipv6_network_is_one_caller() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") == "2001:db8::/64"
    assert network_of("203.0.113.9") == network_of("::ffff:203.0.113.9") == "203.0.113.9"


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="proxy"):
        networks(["proxy"])
