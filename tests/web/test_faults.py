"""What the network, the host and bad readers do to a real server."""

import json
import re
import socket
import sqlite3
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import requests

from aqumen.store.engine import WAIT_SECONDS
from aqumen.store.store import Store
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.processes import Api
from fakes.serving import Served, serving
from fakes.sqlite import with_tables
from fakes.sse import Block, blocks

STALLED = f"{FIRST_TIME} #fault=stall@2x*"
SLOW = 8.0
"""A run then takes about four seconds."""


def open_stream(api: Api | Served, topic: str = STALLED, **query: str) -> requests.Response:
    return requests.get(
        f"{api.url}/api/generate-stream", {"topic": topic, **query}, stream=True, timeout=(5, 25)
    )


def reconnect(url: str) -> requests.Response:
    """Come back to a stream as a browser does, and be taken."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": f"{'0' * 26}:3"}
    answer = requests.get(url, headers=headers, stream=True, timeout=30)
    assert answer.status_code == 200
    return answer


def status_of(api: Api | Served, run_id: str) -> str:
    return str(requests.get(f"{api.url}/api/runs/{run_id}", timeout=20).json()["status"])


def test_a_reader_killed_in_the_middle_leaves_a_run_that_another_can_watch(tmp_path: Path) -> None:
    with serving(tmp_path, simulator_speed=SLOW) as api:
        reader = socket.create_connection(("127.0.0.1", api.port), 5)
        reader.sendall(
            b"GET /api/generate-stream?topic=SQL%20transactions HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        received = b""
        while b"event: step\n" not in received:
            received += reader.recv(65536)
        run_id = re.findall(rb"x-run-id: (\w+)", received)[0].decode()
        # Linger 0: the connection is reset, as by a process that is killed.
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reader.close()
        assert status_of(api, run_id) == "running"

        again = requests.get(
            f"{api.url}/api/runs/{run_id}/events",
            headers={"Accept": "text/event-stream"},
            stream=True,
            timeout=(5, 25),
        )
        names = [block.event for block in blocks(again) if block.event]

        assert names[0] == "start"
        assert names[-1] == "done"


def test_a_run_whose_last_reader_left_is_cancelled_after_the_grace_time(tmp_path: Path) -> None:
    with serving(tmp_path, grace_seconds=1.0) as api:
        answer = open_stream(api)
        run_id = answer.headers["x-run-id"]
        answer.close()

        eventually(lambda: status_of(api, run_id) == "cancelled", 10)


def test_readers_that_never_read_hold_nobody_up_and_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("aqumen.web.streaming._SEND_SECONDS", 0.5)
    caplog.set_level("INFO", "aqumen.web.streaming")
    with serving(tmp_path) as api, ExitStack() as opened:
        # Else the kernel takes megabytes that nobody reads, and the server notices nothing.
        api.listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        for _ in range(20):
            lazy = opened.enter_context(closing(socket.socket()))
            lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            lazy.connect(("127.0.0.1", api.port))
            lazy.sendall(
                b"GET /api/generate-stream?topic=Never%20reading&deltas=true HTTP/1.1\r\n"
                b"Host: localhost\r\n\r\n"
            )

        began = time.monotonic()
        answer = requests.post(f"{api.url}/api/generate", json={"topic": FIRST_TIME}, timeout=60)

        assert answer.json()["success"]
        assert time.monotonic() - began < 20
        assert requests.get(f"{api.url}/health", timeout=20).status_code == 200
        eventually(lambda: caplog.text.count("dropped a reader") == 20)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_sigterm_with_fifty_streams_open_is_over_in_five_seconds(tmp_path: Path) -> None:
    with Api(tmp_path, {"AQUMEN_MAX_CONCURRENT_RUNS": "60"}) as api:
        answers = [open_stream(api, f"{STALLED} number {number}") for number in range(50)]
        ids = [answer.headers["x-run-id"] for answer in answers]
        goodbyes: list[list[Block]] = []

        def read(answer: requests.Response) -> None:
            goodbyes.append(list(blocks(answer)))

        with ThreadPoolExecutor(50) as threads:
            reading = [threads.submit(read, answer) for answer in answers]
            eventually(lambda: all(status_of(api, run_id) == "running" for run_id in ids), 20)
            began = time.monotonic()
            api.stop()
            took = time.monotonic() - began
            for each in reading:
                each.result(10)

        assert took < 5
        assert len(goodbyes) == 50
        for said in goodbyes:
            assert said[-1].comments == ("restarting",)
            assert said[-1].retry == "1000"
            assert not {"done", "error"} & {block.event for block in said}


@pytest.mark.parametrize("option", ["--reload", "--workers=2"])
def test_a_server_below_a_supervisor_says_goodbye_too(tmp_path: Path, option: str) -> None:
    with Api(tmp_path, options=(option,)) as api:
        answer = open_stream(api)
        posted: list[requests.Response] = []

        def ask() -> None:
            body = {"topic": STALLED, "request_id": "before-the-stop"}
            posted.append(requests.post(f"{api.url}/api/generate", json=body, timeout=20))

        asking = threading.Thread(target=ask)
        asking.start()
        eventually(lambda: len(api.get("/api/runs")["runs"]) == 2, 10)
        api.stop()
        said = list(blocks(answer))
        asking.join(10)

        assert said[-1].comments == ("restarting",)
        assert [each.status_code for each in posted] == [503]


def test_a_post_is_told_to_come_back_when_the_server_stops(tmp_path: Path) -> None:
    with Api(tmp_path) as api:
        answers: list[requests.Response] = []

        def ask() -> None:
            body = {"topic": STALLED}
            answers.append(requests.post(f"{api.url}/api/generate", json=body, timeout=20))

        asking = threading.Thread(target=ask)
        asking.start()
        eventually(lambda: len(api.get("/api/runs")["runs"]) == 1, 10)
        api.stop()
        asking.join(10)

        (answer,) = answers
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert len(answer.headers["x-run-id"]) == 26


def test_a_server_whose_database_comes_late_says_so_until_it_does(tmp_path: Path) -> None:
    late = tmp_path / "late"
    with serving(tmp_path, AQUMEN_DATABASE_URL=f"sqlite:///{late / 'runs.db'}") as up:
        eventually(lambda: up.parts.store_failed)
        answer = requests.get(f"{up.url}/api/runs", timeout=30)

        assert answer.status_code == 503
        assert answer.json()["code"] == "store_failed"
        assert answer.headers["retry-after"]
        assert str(late) not in answer.text
        assert requests.get(f"{up.url}/health", timeout=30).json()["pipeline_ready"] is False
        # An EventSource that is answered with an error never comes back.
        (coming_back,) = blocks(reconnect(f"{up.url}/api/generate-stream?topic={FIRST_TIME}"))
        assert (coming_back.event, coming_back.data, coming_back.retry) == (None, None, "3000")

        late.mkdir()
        eventually(
            lambda: bool(requests.get(f"{up.url}/health", timeout=30).json()["pipeline_ready"]), 10
        )
        assert requests.get(f"{up.url}/api/runs", timeout=30).json()["runs"] == []


def test_a_database_of_a_newer_version_is_refused_at_once_and_left_as_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(tmp_path) as up:
        eventually(lambda: up.parts.opened)
    with closing(sqlite3.connect(tmp_path / "served.db")) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")

    with serving(tmp_path) as up:
        answer = requests.get(f"{up.url}/api/runs", timeout=30)

    assert answer.status_code == 503
    assert answer.json()["code"] == "store_failed"
    assert answer.json()["detail"] == "The database was made by a newer version of Aqumen."
    assert "made by a newer version of Aqumen" in caplog.text
    with closing(sqlite3.connect(tmp_path / "served.db")) as same:
        assert same.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_a_defect_while_the_store_is_opened_is_logged_and_it_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, answered = iter([ZeroDivisionError("secret detail")]), threading.Event()
    # The database that others are copied from is made by a store that opens.
    with_tables(tmp_path / "first.db")

    def open_store(store: Store) -> None:
        for error in tries:
            raise error
        answered.wait(10)
        really_open(store)

    really_open = Store.open
    monkeypatch.setattr(Store, "open", open_store)
    monkeypatch.setattr("aqumen.web.app._REOPEN_SECONDS", 0.1)
    with serving(tmp_path) as up:
        answer = requests.get(f"{up.url}/api/runs", timeout=30)
        answered.set()
        eventually(lambda: up.parts.opened)

    assert answer.status_code == 503
    assert "secret detail" in caplog.text
    assert "secret" not in answer.text


def test_a_server_whose_database_never_comes_stops_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path, AQUMEN_DATABASE_URL="sqlite:////nowhere/at/all.db") as up:
        eventually(lambda: up.parts.store_failed)


def test_a_database_locked_by_others_is_an_answer_not_a_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WAIT_SECONDS < 20
    monkeypatch.setattr("aqumen.store.engine.WAIT_SECONDS", 1.0)
    with serving(tmp_path) as api:
        asked: dict[str, Any] = {"json": {"topic": FIRST_TIME}, "timeout": 20}
        requests.post(f"{api.url}/api/generate", **asked)
        other = sqlite3.connect(tmp_path / "served.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        answer = requests.post(f"{api.url}/api/runs", **asked)
        other.execute("ROLLBACK")
        other.close()

        assert answer.status_code == 503
        assert requests.post(f"{api.url}/api/generate", **asked).json()["success"]


def test_nothing_of_the_inside_shows_in_errors_or_logs(tmp_path: Path) -> None:
    secret = "AKIA0SECRET0SECRET00"
    with Api(tmp_path, {"AWS_ACCESS_KEY_ID": secret, "AWS_SECRET_ACCESS_KEY": secret}) as api:
        answer = open_stream(api, f"{FIRST_TIME} #fault=access_denied@2")
        said = json.dumps([block.data for block in blocks(answer)])

        assert "model_access_denied" in said
        assert "Traceback" not in said
        assert not re.search(r"arn:|File \\\"|botocore", said)
        assert secret not in said
        assert secret not in api.log
