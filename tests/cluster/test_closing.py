"""The queue that all processes share, closed when DBOS cannot end well."""

from typing import Any

import psycopg
import pytest
from dbos import DBOS

from aqumen.cluster.queue import Queue, Rates
from aqumen.errors import QueueFailed
from fakes.eventually import eventually

OTHERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def test_a_queue_that_ends_badly_leaves_no_connection_open(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = DBOS.destroy

    def badly(**how: Any) -> None:
        real(destroy_registry=True, **how)
        raise RuntimeError("a thread did not end")

    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as looking:

        def connections() -> int:
            ((number,),) = looking.execute(OTHERS).fetchall()
            return int(number)

        queue = Queue(postgres_url, "worker-1", Rates(here=1))
        queue.open(lambda _lease: None)
        assert queue.taken() == set()
        assert connections() > 0
        monkeypatch.setattr(DBOS, "destroy", badly)

        with pytest.raises(QueueFailed):
            queue.close(0.0)

        eventually(lambda: connections() == 0)
    assert queue.close(0.0)
    with pytest.raises(QueueFailed):
        queue.taken()
