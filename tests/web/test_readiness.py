"""`/ready` and `/metrics` over real HTTP; what signing says, and how often it is asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests

from aqumen.errors import AqumenError, CredentialsMissing
from aqumen.models.signing import Signing
from fakes.eventually import eventually
from fakes.serving import Served


@contextmanager
def signing(served: Served, failure: AqumenError | None) -> Iterator[None]:
    before = served.parts.signing
    served.parts.signing = lambda: failure
    try:
        yield
    finally:
        served.parts.signing = before


def test_a_server_that_can_sign_is_ready(served: Served) -> None:
    eventually(lambda: served.parts.ready)

    answer = requests.get(f"{served.url}/ready", timeout=30)

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"


def test_one_that_cannot_says_why_and_when_to_come_back(served: Served) -> None:
    with signing(served, CredentialsMissing()):
        answer = requests.get(f"{served.url}/ready", timeout=30)

    assert answer.status_code == 503
    assert answer.json()["code"] == "credentials_missing"
    assert answer.headers["Retry-After"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_probe_does_not_wait_for_credentials_longer_than_a_probe_does(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.web.readiness._PROBE_SECONDS", 0.1)
    fetched = threading.Event()
    before = served.parts.signing
    served.parts.signing = lambda: None if fetched.wait(10) else CredentialsMissing()
    try:
        answer = requests.get(f"{served.url}/ready", timeout=30)
        health = requests.get(f"{served.url}/health", timeout=30)
    finally:
        fetched.set()
        served.parts.signing = before

    assert answer.status_code == 503
    assert health.status_code == 200


def test_what_a_server_counts_is_there_for_prometheus(served: Served) -> None:
    order = {"topic": "SQL transactions and isolation levels"}
    requests.post(f"{served.url}/api/generate", json=order, timeout=30).raise_for_status()

    answer = requests.get(f"{served.url}/metrics", timeout=30)

    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'aqumen_runs_ended_total{outcome="succeeded"} 1.0' in answer.text
    assert "aqumen_run_slots 64.0" in answer.text
    assert "aqumen_call_slots 128.0" in answer.text
    assert 'aqumen_runs{state="running"} 0.0' in answer.text


def counted(failures: list[AqumenError | None]) -> tuple[list[int], Signing]:
    """Return how often was signed, and what signs: it fails as often as is said, then works."""
    times: list[int] = []

    def check() -> None:
        times.append(len(times))
        if failures and (failure := failures.pop(0)) is not None:
            raise failure

    return times, Signing(check, fresh=1000.0, again=0.0)


def test_many_probes_sign_one_request() -> None:
    times, signs = counted([])
    with ThreadPoolExecutor(8) as probes:
        found = list(probes.map(lambda _: signs.look(), range(50)))

    assert found == [None] * 50
    assert len(times) == 1


def test_credentials_that_appear_later_are_found() -> None:
    times, signs = counted([CredentialsMissing(), CredentialsMissing()])

    found = [signs.look() for _ in range(4)]

    assert [failure is None for failure in found] == [False, False, True, True]
    assert len(times) == 3


def test_a_failure_counts_for_a_while_too() -> None:
    times: list[int] = []

    def check() -> None:
        times.append(1)
        raise CredentialsMissing

    signs = Signing(check, again=1000.0)

    assert signs.look() is signs.look() is signs.failure
    assert len(times) == 1
