"""`python -m aqumen`: what `make demo` and `make run` start."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

from fakes.eventually import eventually
from fakes.processes import BACKEND, clean_environment, free_port

NOBODY = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null"}
NOBODY |= {"AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "aqumen", *arguments]


@contextmanager
def running(*arguments: str, **variables: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command(*arguments),
        cwd=BACKEND,
        env=clean_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        for child in psutil.Process(process.pid).children(recursive=True) if alive(process) else []:
            child.kill()
        process.kill()
        process.communicate(timeout=10)


def heard_until(last: str, process: subprocess.Popen[str]) -> str:
    """Return what a process says up to some words, and let it say more."""
    said: list[str] = []

    def hear() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)  # noqa: PERF402 - each is to be there when it has come

    threading.Thread(target=hear, daemon=True).start()
    eventually(lambda: any(last in line for line in said), 60)
    return "".join(said)


def alive(process: subprocess.Popen[str]) -> bool:
    return process.poll() is None


def ended(*arguments: str, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        command(*arguments),
        cwd=BACKEND,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def test_everything_starts_with_one_command_and_stops_with_one_signal(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'runs.db'}"
    api, console = free_port(), free_port()
    ports = ["--api-port", str(api), "--console-port", str(console)]
    with running("up", "--offline", *ports, AQUMEN_DATABASE_URL=database) as process:
        said = heard_until("Ctrl-C stops everything", process)
        health = requests.get(f"http://127.0.0.1:{api}/health", timeout=30).json()
        shown = answers(f"http://127.0.0.1:{console}/_stcore/health")
        children = psutil.Process(process.pid).children(recursive=True)

        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)

        assert f"Console   http://localhost:{console}\n" in said
        assert f"API       http://localhost:{api}/docs\n" in said
        assert shown
        assert health["model_backend"] == "simulator"
        assert len(children) >= 3
        assert process.returncode == 0
        assert time.monotonic() - began < 12
        assert not any(child.is_running() for child in children)


def test_a_child_that_ends_ends_the_others_and_is_named(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'runs.db'}"
    ports = ["--api-port", str(free_port()), "--console-port", str(free_port())]
    with running("up", "--offline", *ports, AQUMEN_DATABASE_URL=database) as process:
        eventually(lambda: len(psutil.Process(process.pid).children()) == 3, 30)
        psutil.Process(process.pid).children()[0].kill()

        said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "the offline Bedrock has ended by itself" in said


@pytest.mark.parametrize(
    ("region", "says"),
    [
        ({"AWS_REGION": "us-east-1"}, "AWS credentials are missing: set AWS_ACCESS_KEY_ID"),
        ({}, "set AWS_REGION, for example to us-east-1, and where nothing else gives credentials"),
    ],
)
def test_where_aws_is_not_configured_real_models_are_refused_in_one_sentence(
    region: dict[str, str], says: str
) -> None:
    ports = ["--api-port", str(free_port()), "--console-port", str(free_port())]

    code, said = ended("up", *ports, **region, **NOBODY)

    assert code == 1
    assert says in said
    assert "AWS_ACCESS_KEY_ID" in said
    assert "`make demo`" in said
    assert "AQUMEN_MODEL_BACKEND" not in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        up = ended("up", "--offline", "--api-port", str(port), "--console-port", str(free_port()))
        alone = ended("simulate", "--port", str(port))

    for code, said in (up, alone):
        assert code == 1
        assert str(port) in said
        assert "Traceback" not in said


def test_the_offline_bedrock_runs_alone_until_it_is_stopped() -> None:
    port = free_port()
    with running("simulate", "--port", str(port), "--speed", "0") as process:
        eventually(lambda: answers(f"http://127.0.0.1:{port}/simulator/calls"), 30)

        process.send_signal(signal.SIGTERM)

        assert process.wait(10) == 0


def test_a_stop_while_things_are_still_starting_leaves_nothing_behind(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'runs.db'}"
    ports = ["--api-port", str(free_port()), "--console-port", str(free_port())]
    with running("up", "--offline", *ports, AQUMEN_DATABASE_URL=database) as process:
        eventually(lambda: bool(psutil.Process(process.pid).children()), 30)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        children = psutil.Process(process.pid).children(recursive=True)

        assert process.wait(30) == 0
        assert not any(child.is_running() for child in children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_killed_command_leaves_nothing_behind(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'runs.db'}"
    api = free_port()
    ports = ["--api-port", str(api), "--console-port", str(free_port())]
    with running("up", "--offline", *ports, AQUMEN_DATABASE_URL=database) as process:
        eventually(lambda: answers(f"http://127.0.0.1:{api}/health"), 60)
        children = psutil.Process(process.pid).children(recursive=True)

        process.kill()

        assert len(children) == 3
        _, left = psutil.wait_procs(children, 15)
        for child in left:
            child.kill()
        assert not left


def test_a_cluster_starts_with_one_command_outlives_a_process_and_leaves_nothing_behind() -> None:
    port, console = free_port(), free_port()
    ports = ["--api-port", str(port), "--console-port", str(console), "--processes", "2"]
    url = f"http://127.0.0.1:{port}"
    with running("cluster", *ports, AQUMEN_SIMULATOR_SPEED="0") as process:
        assert process.stdout is not None
        # It gives up by itself where something does not start.
        assert any("Ctrl-C stops everything." in line for line in process.stdout)
        children = psutil.Process(process.pid).children(recursive=True)
        next(child for child in children if "api_server:app" in child.cmdline()).kill()
        started = requests.post(f"{url}/api/runs", json={"topic": "Rate limits"}, timeout=20)
        eventually(lambda: statuses(url) == ["succeeded"], 60)

        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert started.status_code == 202
    assert "API process 1 has ended; the others go on with its runs." in said
    assert process.returncode == 0
    assert not any(child.is_running() for child in children)


def statuses(url: str) -> list[str]:
    try:
        return [run["status"] for run in requests.get(f"{url}/api/runs", timeout=30).json()["runs"]]
    except requests.RequestException:
        return []
