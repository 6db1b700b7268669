"""Several API processes on one PostgreSQL go on with the runs of one that dies."""

import threading
import time
from collections import Counter
from collections.abc import Collection, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from fakes.cluster import Cluster, assert_nothing_asked_again, assert_whole, serving_cluster
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.reader import Reader, reading

LIMIT = 90.0
"""Seconds for what takes about five when nobody else uses the machine."""


@contextmanager
def all_read(cluster: Cluster, run_ids: list[str]) -> Generator[dict[str, Reader]]:
    with ExitStack() as open_readers:
        yield {
            run_id: open_readers.enter_context(reading(f"{cluster.url}/api/runs/{run_id}/events"))
            for run_id in run_ids
        }


def assert_all_ended_well(
    cluster: Cluster, readers: dict[str, Reader], cancelled: Collection[str] = ()
) -> None:
    """Fail unless each run has one whole log, was read once, and none was asked for twice."""
    received = cluster.received()
    for run_id, reader in readers.items():
        if run_id in cancelled:
            assert cluster.log(run_id)[-1]["data"]["code"] == "cancelled"
            continue
        log = cluster.log(run_id)
        assert_whole(log)
        seen = [block.id for block in reader.seen]
        assert seen == [f"{run_id}:{item['seq']}" for item in log]
        calls = [call for call in received if call["metadata"]["run"] == run_id]
        assert_nothing_asked_again(log, calls)
    statuses = Counter(status for (status,) in cluster.rows("status"))
    assert statuses["succeeded"] == len(readers) - len(cancelled)
    assert statuses["cancelled"] == len(cancelled)


@pytest.mark.parametrize("runs", [30])
def test_all_runs_end_well_when_one_of_three_processes_is_killed(
    tmp_path: Path, postgres_url: str, runs: int
) -> None:
    with serving_cluster(tmp_path, postgres_url, speed=8.0) as cluster:
        run_ids = cluster.start(FIRST_TIME, runs)
        with all_read(cluster, run_ids) as readers:
            eventually(lambda: sum(reader.steps() for reader in readers.values()) >= runs, LIMIT)
            cluster.kill_the_busiest()
            for reader in readers.values():
                assert reader.over.wait(LIMIT)

        assert_all_ended_well(cluster, readers)
        taken_over = cluster.rows("id", "epoch = 2")
        epochs = {epoch for (epoch,) in cluster.rows("epoch")}

    assert epochs == {1, 2}
    assert 0 < len(taken_over) <= runs / 3


def test_dbos_keeps_to_both_its_limits_while_a_process_is_killed_and_its_runs_go_on(
    tmp_path: Path, postgres_url: str
) -> None:
    at_once, runs, a_minute = 4, 9, 8
    settings = {
        "AQUMEN_DISPATCHER": "dbos",
        "AQUMEN_CLUSTER_CONCURRENT_RUNS": str(at_once),
        "AQUMEN_CLUSTER_STARTS_PER_MINUTE": str(a_minute),
    }
    with serving_cluster(tmp_path, postgres_url, settings, speed=16.0) as cluster:
        counts: list[int] = []
        over = threading.Event()
        counting = threading.Thread(target=count_running, args=(cluster, counts, over))
        counting.start()
        try:
            run_ids = cluster.start(FIRST_TIME, runs)
            with all_read(cluster, run_ids) as readers:
                eventually(lambda: running(cluster) == at_once, LIMIT)
                eventually(lambda: sum(r.steps() for r in readers.values()) >= at_once, LIMIT)
                cluster.kill_the_busiest()
                # What is gone on with counts as a start, too: not all can begin in this minute.
                eventually(lambda: len(starts(cluster)) >= a_minute and not running(cluster), LIMIT)
                waiting = [run_id for (run_id,) in cluster.rows("id", "status = 'queued'")]
                for run_id in waiting:
                    requests.post(f"{cluster.url}/api/runs/{run_id}/cancel", timeout=20)
                for reader in readers.values():
                    assert reader.over.wait(LIMIT)
        finally:
            over.set()
            counting.join(10)

        assert_all_ended_well(cluster, readers, waiting)
        begun = starts(cluster)
        eventually(lambda: not taken(cluster), LIMIT)

    assert max(counts) == at_once
    assert all(later - first >= 60.0 for first, later in zip(begun, begun[a_minute:], strict=False))


def running(cluster: Cluster) -> int:
    return len(cluster.rows("id", "status = 'running'"))


def taken(cluster: Cluster) -> int:
    """How many places DBOS still keeps."""
    kept = "status IN ('PENDING', 'ENQUEUED')"
    ((count,),) = cluster.select(f"SELECT count(*) FROM dbos.workflow_status WHERE {kept}")
    return int(count)


def starts(cluster: Cluster) -> list[float]:
    """When DBOS let somebody begin, in seconds since the epoch."""
    begun = cluster.select(
        "SELECT started_at_epoch_ms FROM dbos.workflow_status "
        "WHERE started_at_epoch_ms IS NOT NULL ORDER BY 1"
    )
    return [at / 1000 for (at,) in begun]


def count_running(cluster: Cluster, counts: list[int], over: threading.Event) -> None:
    while not over.is_set():
        # What a dead process began is running by name alone, once its lease is over.
        driven = f"status = 'running' AND lease_until > {time.time()}"
        counts.append(len(cluster.rows("id", driven)))
        time.sleep(0.02)  # often enough to see what goes on for seconds
