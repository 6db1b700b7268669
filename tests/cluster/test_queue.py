"""The queue that all processes share: its rate, its positions, and what happens without it."""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from dbos import error

from aqumen.cluster.queue import worth_saying
from fakes.cluster import OPEN, Cluster, serving_cluster
from fakes.eventually import eventually
from fakes.keys import bearer, lines
from fakes.pipelines import FIRST_TIME
from fakes.postgres import Postgres

LIMIT = 60.0
STARTS = 3


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Generator[Cluster]:
    settings = {
        "AQUMEN_DISPATCHER": "dbos",
        "AQUMEN_CLUSTER_STARTS_PER_MINUTE": str(STARTS),
        "AQUMEN_API_KEYS": lines("alice"),
    }
    with (
        postgres.database() as url,
        serving_cluster(
            tmp_path_factory.mktemp("queue"), on_a_socket(url), settings, speed=0.0, processes=1
        ) as cluster,
    ):
        yield cluster


def on_a_socket(url: str) -> str:
    """Name the user behind the question mark, as the host is; nothing is left before the path."""
    address, _, query = url.partition("?")
    return f"postgresql+psycopg:///{address.rpartition('/')[2]}?{query}&user=postgres"


def status(cluster: Cluster, run_id: str) -> str:
    found: str = cluster.apis[0].get(f"/api/runs/{run_id}")["status"]
    return found


def positions(cluster: Cluster, run_id: str) -> list[int]:
    return [item["data"]["position"] for item in cluster.log(run_id) if item["event"] == "queued"]


def started(cluster: Cluster, headers: dict[str, str] | None = None) -> requests.Response:
    order = {"topic": FIRST_TIME}
    return requests.post(f"{cluster.url}/api/runs", json=order, headers=headers, timeout=20)


@contextmanager
def no_queue(cluster: Cluster) -> Generator[None]:
    """Take away what DBOS keeps its queue in."""
    cluster.do("ALTER SCHEMA dbos RENAME TO away")
    try:
        yield
    finally:
        cluster.do("ALTER SCHEMA away RENAME TO dbos")


def offered(cluster: Cluster) -> list[tuple[Any, ...]]:
    """Return the offers that wait, each with what decides who takes it, and when."""
    return cluster.select(
        "SELECT workflow_uuid, priority, application_version FROM dbos.workflow_status "
        "WHERE status = 'ENQUEUED'"
    )


def problem(answer: requests.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()
    return found


def test_every_connection_of_the_queue_has_limits(cluster: Cluster) -> None:
    named = {
        name
        for (name,) in cluster.select(
            "SELECT application_name FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    }

    # Those the house opens: what DBOS opens by itself has a name of its own, and waits for ever.
    assert "aqumen-queue" in named
    assert all(name.startswith("aqumen") for name in named)


@pytest.mark.parametrize(
    ("raised", "said"),
    [(error.DBOSAwaitedWorkflowCancelledError("1-1"), False), (ValueError("new"), True)],
)
def test_an_offer_withdrawn_under_its_taker_is_no_error_in_the_log(
    raised: Exception, said: bool
) -> None:
    record = logging.makeLogRecord({"exc_info": (type(raised), raised, None)})

    assert worth_saying(record) is said
    assert worth_saying(logging.makeLogRecord({}))


def test_runs_start_at_the_rate_and_the_others_wait_in_order(cluster: Cluster) -> None:
    run_ids = cluster.start(FIRST_TIME, STARTS + 2)
    *begun, fourth, fifth = run_ids

    eventually(lambda: all(status(cluster, each) == "succeeded" for each in begun), LIMIT)
    eventually(lambda: positions(cluster, fourth)[-1:] == [1], LIMIT)
    eventually(lambda: positions(cluster, fifth)[-1:] == [2], LIMIT)
    turns = dict(cluster.select("SELECT id, turn FROM runs"))
    assert set(offered(cluster)) == {
        (f"{each}-1", 1 + turns[each], "1") for each in (fourth, fifth)
    }
    assert turns[fourth] <= turns[fifth]

    assert cluster.apis[0].post(f"/api/runs/{fourth}/cancel")["changed"]
    eventually(lambda: status(cluster, fourth) == "cancelled", LIMIT)
    eventually(lambda: positions(cluster, fifth)[-1:] == [1], LIMIT)
    assert status(cluster, fifth) == "queued"
    assert cluster.log(fourth)[-1]["data"]["code"] == "cancelled"


def test_a_key_comes_before_what_others_have_waiting_beyond_one(cluster: Cluster) -> None:
    anybodys = [started(cluster).json()["run_id"] for _ in range(3)]
    alices = started(cluster, bearer("alice")).json()["run_id"]

    waiting = [
        workflow.rpartition("-")[0]
        for (workflow,) in cluster.select(
            "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'ENQUEUED' "
            "ORDER BY priority, created_at"
        )
    ]
    told = [run_id for run_id in waiting if run_id in {*anybodys, alices}]
    assert told.index(alices) <= 1
    assert [run_id for run_id in told if run_id != alices] == anybodys
    place = waiting.index(alices) + 1
    eventually(lambda: place in positions(cluster, alices), LIMIT)


def test_without_the_queue_starts_are_refused_and_nothing_hangs(cluster: Cluster) -> None:
    open_runs = cluster.rows("id", OPEN)
    with no_queue(cluster):
        began = time.monotonic()
        refused = [started(cluster) for _ in range(3)]

        assert time.monotonic() - began < 10
        assert [answer.status_code for answer in refused] == [503, 503, 503]
        assert {problem(answer)["detail"] for answer in refused} == {
            "The queue of runs does not answer. Try again in a moment."
        }
        assert all(answer.headers["Retry-After"] for answer in refused)
        assert cluster.apis[0].get("/health")["status"] == "healthy"
        assert cluster.rows("id", OPEN) == open_runs

    eventually(lambda: started(cluster).status_code == 202, LIMIT)
