"""How many event streams one address may have open."""

from contextlib import ExitStack
from pathlib import Path

import requests

from fakes.eventually import eventually
from fakes.keys import bearer, lines
from fakes.pipelines import FIRST_TIME
from fakes.serving import serving

HELD = {"topic": f"{FIRST_TIME} #fault=stall@1x*"}


def test_an_address_has_so_many_streams_open_and_one_more_when_one_is_over(tmp_path: Path) -> None:
    settings = {"auth": "required", "api_keys": lines(), "trusted_proxies": ("127.0.0.1",)}
    with serving(tmp_path, streams_per_address=2, **settings) as up, ExitStack() as streams:

        def opened(place: str, address: str) -> requests.Response:
            sent = bearer("alice") | {"X-Forwarded-For": address, "Accept": "text/event-stream"}
            answer = requests.get(f"{up.url}{place}", headers=sent, stream=True, timeout=20)
            return streams.enter_context(answer)

        started = requests.post(
            f"{up.url}/api/runs", json=HELD, headers=bearer("alice"), timeout=20
        )
        events = started.json()["events_url"]
        first, second = opened(events, "198.51.100.1"), opened(events, "198.51.100.1")
        for place in (events, f"/api/generate-stream?topic={FIRST_TIME}"):
            refused = opened(place, "198.51.100.1")
            assert refused.status_code == 429
            assert "AQUMEN_STREAMS_PER_ADDRESS" in refused.json()["detail"]
            assert int(refused.headers["Retry-After"]) > 0
            assert "X-Run-Id" not in refused.headers
        elsewhere = opened(events, "198.51.100.2")
        assert [first.status_code, second.status_code, elsewhere.status_code] == [200] * 3

        first.close()
        eventually(lambda: opened(events, "198.51.100.1").status_code == 200)
        streams.close()
        eventually(lambda: not up.parts.streams)
