"""Run ids."""

import re
import time

from aqumen.runs.ids import new_run_id


def test_ids_are_url_safe_and_never_the_same() -> None:
    ids = {new_run_id() for _ in range(10_000)}

    assert len(ids) == 10_000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", run_id) for run_id in ids)


def test_ids_sort_by_time() -> None:
    first = new_run_id()
    time.sleep(0.002)

    assert first < new_run_id()
