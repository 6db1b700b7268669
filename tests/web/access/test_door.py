"""Who comes in where the operator has chosen nothing, and what strangers are told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from aqumen.assemble import server
from aqumen.settings import Settings
from aqumen.web.parts import Parts
from fakes.eventually import early_in_a_minute
from fakes.keys import bearer, key, lines
from fakes.processes import Api
from fakes.sqlite import with_tables

HERE = ("127.0.0.1", 50000)
PLACE = "/api/models"


def client(
    folder: Path,
    peer: str = HERE[0],
    host: str = "localhost:8000",
    behind: Callable[[Any], Any] = lambda app: app,
    **settings: Any,
) -> TestClient:
    url = with_tables(folder / "runs.db")
    app = server(Settings(model_backend="simulator", AQUMEN_DATABASE_URL=url, **settings))
    return TestClient(behind(app), base_url=f"http://{host}", client=(peer, 50000))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A server asked from its own machine, where nothing was chosen."""
    return client(tmp_path_factory.mktemp("guarded"))


def test_who_is_on_this_machine_needs_no_key(tmp_path: Path) -> None:
    for peer, host in (("127.0.0.1", "localhost"), ("::1", "[::1]:8000")):
        assert client(tmp_path, peer, host).get(PLACE).status_code == 200


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        ("203.0.113.9", "localhost"),
        ("127.0.0.1", "api.example.org"),
        ("127.0.0.1", "localhost.example.org"),
        ("10.0.0.7", "10.0.0.5:8000"),
        ("testclient", "testserver"),
    ],
)
def test_everybody_else_does_and_is_told_the_setting(tmp_path: Path, peer: str, host: str) -> None:
    answer = client(tmp_path, peer, host).get(PLACE)

    assert answer.status_code == 401
    assert "AQUMEN_AUTH=off" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name",
    """Forwarded Via X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Port
    X-Forwarded-Server X-Forwarded-Prefix X-Forwarded-Scheme X-Real-IP X-Client-IP X-Remote-Addr
    X-Original-Host X-Original-Forwarded-For X-Originating-IP True-Client-IP CF-Connecting-IP
    Fastly-Client-IP Fly-Client-IP X-Envoy-External-Address X-Cluster-Client-IP X-Azure-ClientIP
    X-AppEngine-User-IP DO-Connecting-IP X-NF-Client-Connection-IP X-Vercel-Forwarded-For
    Client-IP""".split(),  # noqa: SIM905
)
def test_a_request_that_was_passed_on_is_from_somewhere_else(
    guarded: TestClient, name: str
) -> None:
    assert guarded.get(PLACE, headers={name: "127.0.0.1"}).status_code == 401
    assert guarded.get(PLACE, headers={name.lower(): ""}).status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://localhost.elsewhere.example"},
        {"Origin": "https://x.vercel.app.elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_a_strangers_page_in_a_browser_on_this_machine_starts_nothing(
    tmp_path: Path, said: dict[str, str]
) -> None:
    """A browser sends it, and hides the answer alone: the run would be made and paid for."""
    answer = client(tmp_path).get("/api/generate-stream?topic=loops", headers=said)

    assert answer.status_code == 401
    assert "X-Run-Id" not in answer.headers


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:4321", "Sec-Fetch-Site": "same-site"},
        {"Origin": "https://demo.aqumen.ai", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://a-preview.vercel.app", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_ones_own_pages_and_those_let_in_need_no_key_here(
    tmp_path: Path, said: dict[str, str]
) -> None:
    assert client(tmp_path).get(PLACE, headers=said).status_code == 200


def test_a_server_with_keys_takes_them_and_refuses_wrong_ones_here_too(tmp_path: Path) -> None:
    here = client(tmp_path, api_keys=lines())

    assert here.get(PLACE).status_code == 200
    assert here.get(PLACE, headers=bearer("reader")).status_code == 200
    assert here.get("/health", headers=bearer("reader")).json()["version"]
    assert here.get(PLACE, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert here.put("/api/prompts/x", headers=bearer("reader")).status_code == 403


def test_a_server_without_keys_leaves_those_for_a_proxy_alone(tmp_path: Path) -> None:
    assert client(tmp_path).get(PLACE, headers=bearer("reader")).status_code == 200


def test_required_means_everybody_and_off_means_nobody(tmp_path: Path) -> None:
    wrong = {"Authorization": "Basic b3RoZXI6d29yZA=="}

    assert client(tmp_path, auth="required").get(PLACE).status_code == 401
    away = client(tmp_path, "203.0.113.9", "api.example.org", auth="off", api_keys=lines())
    assert away.get(PLACE).status_code == 200
    assert away.get(PLACE, headers=wrong).status_code == 200
    assert away.get("/api/prompts", headers={"Authorization": "Bearer x"}).status_code != 401


def forwarded(said: str | tuple[str, ...]) -> list[tuple[str, str]]:
    """Return what proxies say, each in a header of its own where they are several."""
    return [("X-Forwarded-For", each) for each in ((said,) if isinstance(said, str) else said)]


def test_only_trusted_proxies_say_where_a_request_comes_from(tmp_path: Path) -> None:
    """Counted by address: one ticket an hour each."""
    rules: dict[str, Any] = {"api_keys": lines("site"), "public_tickets_per_hour": 1}
    sent = bearer("site")

    def given(trusted: str, *said: str | tuple[str, ...]) -> list[int]:
        folder = tmp_path / (trusted.replace("/", "-") or "none")
        folder.mkdir()
        proxies = tuple(trusted.split()) if trusted else ()
        with client(folder, "10.0.0.7", "api", trusted_proxies=proxies, **rules) as asked:
            return [
                asked.post("/api/tickets", headers=[*sent.items(), *forwarded(each)]).status_code
                for each in said
            ]

    assert given("", "198.51.100.1", "198.51.100.2") == [200, 429]
    assert given("10.0.0.0", "198.51.100.1", "198.51.100.2") == [200, 429]
    assert given("10.0.0.7", "198.51.100.1", "198.51.100.2") == [200, 200]
    assert given("10.0.0.7 ", "9.9.9.9, 198.51.100.1", "8.8.8.8, 198.51.100.1") == [200, 429]
    assert given("10.0.0.0/8", ("9.9.9.9", "198.51.100.1"), ("8.8.8.8", "198.51.100.1")) == [
        200,
        429,
    ]


@pytest.mark.parametrize(("trusted", "answers"), [((), [200, 429]), (("127.0.0.1",), [200, 200])])
def test_that_is_so_where_uvicorn_believes_its_own_machine(
    tmp_path: Path, trusted: tuple[str, ...], answers: list[int]
) -> None:
    """As it does unless started with --no-proxy-headers; then it puts them in the peer's place."""
    rules: dict[str, Any] = {"api_keys": lines("site"), "public_tickets_per_hour": 1}
    for said in (("198.51.100.1", "198.51.100.2"), ("198.51.100.3:77", "[2001:db8::1]:99")):
        folder = tmp_path / said[0].replace(":", "-")
        folder.mkdir()
        rules |= {"behind": ProxyHeadersMiddleware, "trusted_proxies": trusted}
        with client(folder, **rules) as asked:
            sent = [bearer("site") | {"X-Forwarded-For": each} for each in said]
            given = [asked.post("/api/tickets", headers=each).status_code for each in sent]
            assert given == answers


def test_whoever_names_his_own_port_has_no_other_address_for_it(tmp_path: Path) -> None:
    rules: dict[str, Any] = {"api_keys": lines("site"), "public_tickets_per_hour": 1}
    sent = bearer("site")
    with client(tmp_path, "203.0.113.9", "api", trusted_proxies=("127.0.0.1",), **rules) as asked:
        given = [
            asked.post("/api/tickets", headers=sent | {"X-Forwarded-For": said}).status_code
            for said in ("203.0.113.9:50000, 6.6.6.6", "203.0.113.9:50000, 7.7.7.7")
        ]

    assert given == [200, 429]


def test_a_refusal_for_coming_too_often_says_when_to_come_back(tmp_path: Path) -> None:
    with client(tmp_path, api_keys=lines("site"), public_tickets_per_hour=1) as asked:
        asked.post("/api/tickets", headers=bearer("site"))
        answer = asked.post("/api/tickets", headers=bearer("site"))

    assert answer.json()["code"] == "rate_limited"
    assert 1 <= int(answer.headers["Retry-After"]) <= 7200


def test_a_key_and_an_address_ask_for_so_many_runs_a_minute_and_no_more(tmp_path: Path) -> None:
    order = {"topic": "loops"}
    proxies = ("10.0.0.7",)
    limited: dict[str, Any] = {"api_keys": lines(), "starts_per_minute": 2}
    limited["trusted_proxies"] = proxies
    with client(tmp_path, "10.0.0.7", "api", **limited) as asked:
        early_in_a_minute()

        def status(who: str, address: str, method: str = "POST", **more: Any) -> int:
            sent = bearer(who) | {"X-Forwarded-For": address} | more.pop("headers", {})
            return asked.request(method, "/api/runs", headers=sent, **more).status_code

        alices = [status("alice", f"198.51.100.{n}", json=order) for n in range(3)]
        there = [status("bob", "203.0.113.1", json=order) for _ in range(2)]
        crowded = status("chief", "203.0.113.1", json=order)

        assert alices == [202, 202, 429]
        # Only a stream has anything to come back to.
        back = {"Last-Event-ID": "a-run:1"}
        assert status("alice", "198.51.100.9", json=order, headers=back) == 429
        place = "/api/generate-stream"
        sent = bearer("alice") | {"X-Forwarded-For": "198.51.100.9"}
        assert asked.get(place, params=order, headers=sent).status_code == 429
        assert asked.get(place, params=order, headers=sent | back).status_code == 404
        assert there == [202, 202]
        assert crowded == 429
        assert status("alice", "203.0.113.1", "GET") == 200


def test_docs_can_be_switched_off(tmp_path: Path) -> None:
    with_, without = client(tmp_path), client(tmp_path, docs="off")

    for place in ("/docs", "/openapi.json", "/docs/swagger-ui.css"):
        assert with_.get(place).status_code == 200
        assert without.get(place).status_code == 404


def test_answers_tell_browsers_to_be_careful(tmp_path: Path) -> None:
    here = client(tmp_path)

    for place in ("/health", "/nowhere", "/docs", "/openapi.json"):
        said = here.get(place).headers
        assert said["X-Content-Type-Options"] == "nosniff"
        assert said["Referrer-Policy"] == "no-referrer"
        assert said["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in said["Content-Security-Policy"]
    assert here.get("/health").headers["Cache-Control"] == "no-store"


def test_addresses_and_headers_nobody_can_mean_are_refused(tmp_path: Path) -> None:
    here = client(tmp_path)

    assert here.get(PLACE, params={"a": "x" * 20_000}).status_code == 414
    assert here.get(PLACE, headers={"A": "x" * 40_000}).status_code == 431


def test_a_browser_with_a_ticket_comes_back_to_a_server_without_its_store(tmp_path: Path) -> None:
    asked = client(tmp_path, auth="required")
    app: Any = asked.app
    app.state.parts.store_failure = "It is away."
    app.state.parts.tried.set()
    place, shown = "/api/generate-stream", {"ticket": "aqt_x.y", "topic": "loops"}

    first = asked.get(place, params=shown)
    again = {"Accept": "text/event-stream", "Last-Event-ID": "a-run:3"}
    back = asked.get(place, params=shown, headers=again)

    assert first.status_code == 503
    assert back.status_code == 200
    assert back.text.endswith("retry: 3000\n\n")


def test_a_key_that_is_taken_back_takes_its_tickets_along(tmp_path: Path) -> None:
    with client(tmp_path, api_keys=lines("alice", "site")) as asked:
        shown = [
            {"topic": "loops", "ticket": asked.post("/api/tickets", headers=sent).json()["ticket"]}
            for sent in (bearer("alice"), bearer("site"), {})
        ]
    with client(tmp_path, "203.0.113.9", "api", api_keys=lines("alice")) as asked:
        answers = [
            asked.get("/api/generate-stream", params=each | {"rigor": "none"}) for each in shown
        ]

    assert [answer.status_code for answer in answers] == [422, 401, 422]


def test_a_route_nobody_guards_is_closed(tmp_path: Path) -> None:
    asked = client(tmp_path)
    app: Any = asked.app

    async def surprise() -> str:
        return "let in"

    app.add_api_route("/api/surprise", surprise)

    assert isinstance(app.state.parts, Parts)
    assert asked.get("/api/surprise").status_code == 401


def test_the_logs_of_a_real_server_hold_no_key_no_ticket_and_no_topic(tmp_path: Path) -> None:
    settings = {"AQUMEN_AUTH": "required", "AQUMEN_API_KEYS": lines("alice")}
    with Api(tmp_path, settings) as api:
        sent = bearer("alice")
        given = requests.post(f"{api.url}/api/tickets", headers=sent, timeout=30).json()["ticket"]
        asked = {"topic": "An unheard-of matter", "ticket": given}
        streamed = requests.get(f"{api.url}/api/generate-stream", asked, timeout=30)
        spoilt = requests.get(f"{api.url}/api/generate-stream", asked | {"ticket": f"{given}x"})

    assert streamed.text.count("event: done") == 1
    assert spoilt.status_code == 401
    assert "GET /api/generate-stream?[redacted] HTTP" in api.log
    for secret in (given[:40], key("alice"), "unheard"):
        assert secret not in api.log
