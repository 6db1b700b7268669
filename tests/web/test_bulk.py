"""Several runs at once: downloaded and deleted."""

import io
import json
import zipfile

import requests

from aqumen.archive.reading import read

NOBODY = "01M87XW3AM339R5T2RE2812AZT"


def post(url: str, place: str, body: object) -> requests.Response:
    return requests.post(f"{url}/api/{place}", json=body, timeout=60)


def test_several_runs_are_downloaded_and_deleted_each_with_an_answer(url: str) -> None:
    over = [post(url, "generate", {"topic": "GRPO in RL"}).headers["X-Run-Id"] for _ in range(2)]
    stalled = {"topic": "GRPO in RL #fault=stall@1x*"}
    running = post(url, "runs", stalled).json()["run_id"]
    asked = {"run_ids": [over[0], running, NOBODY, over[1], over[0]]}

    downloaded = post(url, "runs/export", asked)
    removed = post(url, "runs/delete", asked)

    assert downloaded.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(downloaded.content)) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))["runs"]
        files = [each["file"] for each in manifest if each["file"]]
        assert [read(bundle.read(name)).run.id for name in files] == over
        assert sorted(bundle.namelist()) == sorted([*files, "manifest.json"])
    assert [bool(each["reason"]) for each in manifest] == [False, True, True, False]
    assert removed.status_code == 200
    assert removed.json()["deleted"] == 2
    assert [each["status"] for each in removed.json()["runs"]] == [204, 409, 404, 204]
    assert requests.get(f"{url}/api/runs/{running}", timeout=30).ok
    assert post(url, "runs/delete", {"run_ids": []}).status_code == 422
    post(url, f"runs/{running}/cancel", {})
