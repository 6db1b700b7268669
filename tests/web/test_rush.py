"""Of more runs asked for at once than there is room for, each is made or refused, none is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.serving import serving

_ASKED, _AT_ONCE, _QUEUED = 50, 2, 6


def test_what_is_not_refused_comes_to_its_end_and_what_is_refused_was_never_begun(
    tmp_path: Path,
) -> None:
    room = {"max_concurrent_runs": _AT_ONCE, "max_queued_runs": _QUEUED}
    with (
        serving(tmp_path, **room) as up,
        requests.Session() as session,
        ThreadPoolExecutor(_ASKED) as clients,
    ):

        def ask(_number: int) -> requests.Response:
            body = {"topic": FIRST_TIME}
            return requests.post(f"{up.url}/api/runs", json=body, timeout=25)

        def statuses() -> Counter[str]:
            listed = session.get(f"{up.url}/api/runs", params={"limit": 100}, timeout=25).json()
            return Counter(run["status"] for run in listed["runs"])

        answers = list(clients.map(ask, range(_ASKED)))
        made = [each.json()["run_id"] for each in answers if each.status_code == 202]
        refused = [each for each in answers if each.status_code != 202]
        eventually(lambda: statuses() == {"succeeded": len(made)}, 20)

    assert len(set(made)) == len(made) >= _AT_ONCE + _QUEUED
    assert refused
    assert {each.status_code for each in refused} == {503}
    assert {each.json()["code"] for each in refused} == {"server_full"}
    assert all(int(each.headers["retry-after"]) > 0 for each in refused)
