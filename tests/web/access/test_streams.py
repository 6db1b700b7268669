"""How many event streams one address may have open."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from fakes.eventually import eventually
from fakes.keys import bearer, lines
from fakes.pipelines import FIRST_TIME, SECOND_TIME
from fakes.serving import Served, serving

HELD = {"topic": f"{FIRST_TIME} #fault=stall@1x*"}
STREAM = "/api/generate-stream"
HERE, THERE = "198.51.100.1", "198.51.100.2"


class Crowd:
    """Readers at several addresses, whose streams stay open."""

    def __init__(self, up: Served, streams: ExitStack) -> None:
        self.up = up
        self._streams = streams

    def opened(self, place: str, address: str = HERE, **headers: str) -> requests.Response:
        said = {"X-Forwarded-For": address, "Accept": "text/event-stream", **headers}
        sent = said if "ticket=" in place else bearer("alice") | said
        answer = requests.get(f"{self.up.url}{place}", headers=sent, stream=True, timeout=20)
        return self._streams.enter_context(answer)

    def events_of_a_run(self) -> str:
        """Return where the events of a run are that does not end."""
        place = f"{self.up.url}/api/runs"
        said = requests.post(place, json=HELD, headers=bearer("alice"), timeout=20).json()
        return str(said["events_url"])

    def ticket(self) -> str:
        place = f"{self.up.url}/api/tickets"
        return str(requests.post(place, headers=bearer("alice"), timeout=20).json()["ticket"])


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """At a server that lets an address have two streams open."""
    settings = {"auth": "required", "api_keys": lines(), "trusted_proxies": ("127.0.0.1",)}
    with serving(tmp_path, streams_per_address=2, **settings) as up, ExitStack() as streams:
        yield Crowd(up, streams)
        streams.close()
        eventually(lambda: not up.parts.seats)


def ended(stream: requests.Response) -> bool:
    """Return whether a stream came to a clean end, which a browser comes back from."""
    return b"event: error" not in stream.content


def test_an_address_has_so_many_streams_open_and_one_more_when_one_is_over(crowd: Crowd) -> None:
    events = crowd.events_of_a_run()
    first, second = crowd.opened(events), crowd.opened(events)
    for place in (events, f"{STREAM}?topic={FIRST_TIME}"):
        refused = crowd.opened(place)
        assert refused.status_code == 429
        assert "AQUMEN_STREAMS_PER_ADDRESS" in refused.json()["detail"]
        assert int(refused.headers["Retry-After"]) > 0
        assert ("X-Run-Id" in refused.headers) is (place == events)
    elsewhere = crowd.opened(events, THERE)
    assert [first.status_code, second.status_code, elsewhere.status_code] == [200] * 3
    snapshot = crowd.opened(events, Accept="application/json")
    assert snapshot.json()[0]["seq"] == 1

    first.close()
    eventually(lambda: crowd.opened(events).status_code == 200)


def test_a_reader_who_comes_back_has_the_seat_of_the_connection_that_was_cut(crowd: Crowd) -> None:
    """Which the server may not know of yet."""
    events = crowd.events_of_a_run()
    run_id = events.split("/")[3]
    oldest, other = crowd.opened(events), crowd.opened(events)

    by_header = crowd.opened(f"{STREAM}?topic=loops", **{"Last-Event-ID": f"{run_id}:1"})
    assert by_header.status_code == 200
    assert ended(oldest)
    by_cursor = crowd.opened(f"{events}?after=1", Accept="application/x-ndjson")
    assert by_cursor.status_code == 200
    assert ended(other)
    assert crowd.opened(events).status_code == 429
    assert len(crowd.up.parts.seats) == 2


@pytest.mark.parametrize("by", ["request_id", "ticket"])
def test_so_has_one_whose_first_stream_was_cut_before_its_first_event(
    crowd: Crowd, by: str
) -> None:
    shown = crowd.ticket() if by == "ticket" else "a-request-of-alices"
    place = f"{STREAM}?topic={HELD['topic'].replace('#', '%23')}&{by}={shown}"
    first = crowd.opened(place)
    crowd.opened(crowd.events_of_a_run())

    again = crowd.opened(place)
    new = crowd.opened(f"{STREAM}?topic={SECOND_TIME}&request_id=another-of-alices")

    assert again.headers["X-Run-Id"] == first.headers["X-Run-Id"]
    assert ended(first)
    assert new.status_code == 429
    assert "X-Run-Id" not in new.headers


def test_one_who_comes_back_from_another_address_is_one_too_many_there(crowd: Crowd) -> None:
    """A phone that has come home is not told to wait: no browser would."""
    events, others = crowd.events_of_a_run(), crowd.events_of_a_run()
    seen = crowd.opened(others), crowd.opened(others)

    back = [crowd.opened(f"{events}?after=1") for _ in range(2)]

    assert [each.status_code for each in back] == [200, 200]
    assert ended(back[0])
    assert len(crowd.up.parts.seats) == 3
    assert [each.status_code for each in seen] == [200, 200]
