"""What the log and the metrics hear of connections that are refused, and what those are told."""

import asyncio
from collections.abc import Callable

import pytest

from aqumen.web.origins import Origins
from aqumen.web.refusals import Refusals

ORIGINS = Origins(("https://here.example",), r"https://[a-z]+\.here\.example")


def logged(caplog: pytest.LogCaptureFixture, happen: Callable[[Refusals], object]) -> list[str]:
    """Return what is logged of refusals, all told at the end."""
    caplog.set_level("INFO", "aqumen.web.refusals")

    async def told() -> None:
        refusals = Refusals(ORIGINS, lambda _status: None)
        happen(refusals)
        refusals.close()

    asyncio.run(told())
    return caplog.messages


def head(origin: str | None, origins: Origins = ORIGINS) -> list[str]:
    """Return the head of an answer, line by line."""
    refusals = Refusals(origins, lambda _status: None)
    said = refusals.answer(431, "Too long.", "invalid_request", origin)
    return said.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def test_a_flood_of_refusals_is_two_lines_and_counted_one_by_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counted: list[int] = []

    def flood(refusals: Refusals) -> None:
        refusals._count = counted.append
        for _ in range(500):
            refusals.note(429)
            refusals.note(400)

    told = logged(caplog, flood)

    assert told == [
        "refused connections: 1 with 429",
        "refused connections: 500 with 400, 499 with 429",
    ]
    assert len(counted) == 1000


def test_the_rest_is_told_without_another_one_and_silence_is_not(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.web.refusals._EVERY_SECONDS", 0.0)
    caplog.set_level("INFO", "aqumen.web.refusals")

    async def told() -> list[str]:
        refusals = Refusals(ORIGINS, lambda _status: None)
        for status in (408, 408, 413):
            refusals.note(status)
        async with asyncio.timeout(5):
            while refusals._timer is not None:  # noqa: ASYNC110 - of its end nothing is told
                await asyncio.sleep(0)
        before = [*caplog.messages]
        refusals.note(431)
        refusals.close()
        return before

    before = asyncio.run(told())

    assert before == [
        "refused connections: 1 with 408",
        "refused connections: 1 with 408, 1 with 413",
    ]
    assert caplog.messages[2:] == ["refused connections: 1 with 431"]


def test_nothing_is_told_where_nothing_was_refused(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(caplog, lambda _refusals: None) == []


@pytest.mark.parametrize("origin", ["https://here.example", "https://a.here.example"])
def test_a_page_of_an_origin_that_is_let_in_may_read_the_answer(origin: str) -> None:
    said = head(origin)

    assert said[0] == "HTTP/1.1 431 -"
    assert f"access-control-allow-origin: {origin}" in said
    assert "access-control-expose-headers: X-Run-Id, Retry-After, Content-Disposition" in said
    assert "vary: Origin" in said


@pytest.mark.parametrize("origin", [None, "null", "https://a.here.example.net", "a\u00e9"])
def test_another_may_not(origin: str | None) -> None:
    assert not [line for line in head(origin) if line.startswith(("access-control", "vary"))]


def test_where_all_are_let_in_none_is_named() -> None:
    said = head("https://anywhere.example", Origins(("*",)))

    assert "access-control-allow-origin: *" in said
    assert "vary: Origin" not in said


def test_a_refusal_says_what_every_answer_says_to_browsers_once() -> None:
    names = [line.partition(":")[0] for line in head(None)[1:]]

    assert {"x-content-type-options", "x-frame-options", "referrer-policy"} < set(names)
    assert {"content-security-policy", "cache-control", "connection"} < set(names)
    assert len(names) == len(set(names))
