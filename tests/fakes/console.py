"""The console's own process on a free port."""

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from fakes.processes import ROOT, START_SECONDS, clean_environment, free_port

_STOP_SECONDS = 10.0


@contextmanager
def console(endpoint: str, folder: Path) -> Generator[str]:
    """Run the console against an API and give its address; it is stopped in the end."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "frontend-dev/streamlit_app.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    with (folder / "console.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=clean_environment(AQUMEN_API_URL=endpoint, AQUMEN_FREE_ENDPOINT="on"),
            stdout=log,
            stderr=log,
        )
    try:
        _await_healthy(process, port, folder / "console.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(process)


def _await_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if requests.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    pytest.fail(f"the console was not ready within {START_SECONDS} s:\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)
