"""What the container file says, against what there is: it cannot be built where the tests run."""

import fnmatch
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from fakes.api import FakeApi
from fakes.processes import ROOT, free_port

FILE = (ROOT / "Containerfile").read_text("utf-8")
INSTRUCTIONS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", FILE, flags=re.MULTILINE)).split("\n")
    if line
]


def said(instruction: str) -> list[str]:
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


@pytest.fixture(scope="module")
def lock() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lock", ROOT / "deploy" / "lock.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_copies_files_that_exist_and_that_it_is_let_see() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = [line[1:] for line in lines if line.startswith("!")]
    copied = [
        source for line in said("COPY") if "--from" not in line for source in line.split()[:-1]
    ]

    assert lines[1] == "*"
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in let_in), source
    assert all((ROOT / path).exists() for path in let_in)


def test_it_copies_all_that_the_api_imports() -> None:
    copied = {source for line in said("COPY") for source in line.split()[:-1]}

    front_door = (ROOT / "backend/api_server.py").read_text("utf-8")
    ours = set(re.findall(r"^from (\w+)\.", front_door, re.MULTILINE))
    assert ours == {"aqumen"}
    assert {"backend/aqumen", "backend/api_server.py"} <= copied


def test_it_does_not_run_as_root_and_its_database_is_on_its_volume() -> None:
    *_, user = said("USER")
    (created,) = re.findall(r"useradd .*--uid (\d+)", FILE)
    (url,) = re.findall(r"AQUMEN_DATABASE_URL=(\S+)", FILE)

    assert user == created
    assert int(user) >= 1000
    assert url.startswith(f"sqlite:///{said('VOLUME')[0]}/")
    assert f"install --directory --owner aqumen {said('VOLUME')[0]}" in FILE


def test_it_starts_the_api_as_render_does() -> None:
    shell, option, command = json.loads(said("CMD")[-1])
    blueprint = yaml.safe_load((ROOT / "render.yaml").read_text("utf-8"))
    renders = blueprint["services"][0]["startCommand"].replace("--app-dir backend ", "")

    assert [shell, option] == ["sh", "-c"]
    assert command.startswith("exec ")
    assert shlex.split(command)[1:] == shlex.split(renders)
    assert said("STOPSIGNAL") == ["SIGTERM"]
    assert said("WORKDIR")[-1] == "/app/backend"


def test_its_health_check_tells_a_server_that_answers_from_one_that_does_not() -> None:
    (check,) = said("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    assert command[0] == "python"

    def status(port: int) -> int:
        environment = {**os.environ, "PORT": str(port)}
        return subprocess.run(
            check=False,
            args=[sys.executable, *command[1:]],
            env=environment,
            stderr=subprocess.DEVNULL,
            timeout=20,
        ).returncode

    with FakeApi().serving() as url:
        assert status(int(url.rpartition(":")[2])) == 0
    assert status(free_port()) != 0


def test_the_lock_holds_every_package_by_hash_in_the_tested_version(lock: ModuleType) -> None:
    lines = [line for line in lock.LOCK.read_text("utf-8").splitlines() if "==" in line]
    asked = re.findall(
        r"^([\w-]+)", (ROOT / "backend/requirements.txt").read_text("utf-8"), re.MULTILINE
    )

    assert lock.behind() == []
    assert all(re.fullmatch(r"\S+==\S+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    assert {name.replace("_", "-").lower() for name in asked} <= set(
        lock.versions("\n".join(lines).replace(" ", ";"))
    )
    assert "--require-hashes" in FILE


def test_a_lock_that_is_behind_is_noticed(
    lock: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "requirements.lock"
    old.write_text(f"uvicorn==0.1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(lock, "LOCK", old)

    assert lock.behind() == ["uvicorn"]
    assert lock.main(["--check"]) == 1


def test_the_audit_is_skipped_and_says_so_where_there_is_no_network(tmp_path: Path) -> None:
    offline = tmp_path / "python"
    offline.write_text("#!/bin/sh\nexit 1\n")
    offline.chmod(0o755)

    done = subprocess.run(
        [ROOT / "deploy" / "audit"],
        check=False,
        env={**os.environ, "PYTHON": str(offline)},
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert done.returncode == 0
    assert done.stdout == "audit: skipped, the package index cannot be reached\n"
