"""The queue that all processes share: its rate, its positions, and what happens without it."""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from dbos import error
from hypothesis import example, given
from hypothesis import strategies as st

from aqumen.cluster.queue import priority, worth_saying
from aqumen.runs.ids import made_at
from fakes.cluster import OPEN, Cluster, serving_cluster
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.postgres import Postgres

LIMIT = 60.0
STARTS = 3


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Generator[Cluster]:
    settings = {"AQUMEN_DISPATCHER": "dbos", "AQUMEN_CLUSTER_STARTS_PER_MINUTE": str(STARTS)}
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


def started(cluster: Cluster) -> requests.Response:
    return requests.post(f"{cluster.url}/api/runs", json={"topic": FIRST_TIME}, timeout=20)


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


IDS = st.from_regex(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", fullmatch=True)


@given(IDS, IDS)
@example("0" * 26, "7" + "Z" * 25)
@example("01KAV5XG80" + "0" * 16, "01KAV5YF80" + "0" * 16)
def test_what_has_begun_goes_first_and_then_the_oldest_to_the_second(one: str, two: str) -> None:
    older, younger = sorted((one, two))
    begun, waits = priority(younger, first=True), priority(older, first=False)

    assert 1 <= begun < waits <= priority(younger, first=False) <= 2**31 - 1  # as DBOS takes them
    if made_at(younger) - made_at(older) >= 1 and year(older) > 2024 and year(younger) < 2058:
        assert waits < priority(younger, first=False)


def year(run_id: str) -> float:
    return 1970 + made_at(run_id) / (365.2425 * 24 * 3600)


def test_runs_start_at_the_rate_and_the_others_wait_in_order(cluster: Cluster) -> None:
    run_ids = cluster.start(FIRST_TIME, STARTS + 2)
    *begun, fourth, fifth = run_ids

    eventually(lambda: all(status(cluster, each) == "succeeded" for each in begun), LIMIT)
    eventually(lambda: positions(cluster, fourth)[-1:] == [1], LIMIT)
    eventually(lambda: positions(cluster, fifth)[-1:] == [2], LIMIT)
    assert set(offered(cluster)) == {
        (f"{each}-1", priority(each, first=False), "1") for each in (fourth, fifth)
    }

    assert cluster.apis[0].post(f"/api/runs/{fourth}/cancel")["changed"]
    eventually(lambda: status(cluster, fourth) == "cancelled", LIMIT)
    eventually(lambda: positions(cluster, fifth)[-1:] == [1], LIMIT)
    assert status(cluster, fifth) == "queued"
    assert cluster.log(fourth)[-1]["data"]["code"] == "cancelled"


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
