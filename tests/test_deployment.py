"""What the deployment's files say, against what the project does."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from aqumen.settings import Settings
from fakes.eventually import eventually
from fakes.processes import ROOT, START_SECONDS, clean_environment, free_port

GUIDE = (ROOT / "DEPLOYMENT_GUIDE.md").read_text("utf-8")
AWS_KEYS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    blueprint = yaml.safe_load((ROOT / "render.yaml").read_text("utf-8"))
    (service,) = blueprint["services"]
    assert isinstance(service, dict)
    return service


def variables(service: dict[str, Any]) -> dict[str, str | None]:
    return {each["key"]: each.get("value") for each in service["envVars"]}


def names_of_settings() -> set[str]:
    """Every environment variable that the API reads."""
    names = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        choices = getattr(alias, "choices", None)
        names |= set(choices) if choices else {f"AQUMEN_{name.upper()}"}
    return names


def test_render_sets_only_what_somebody_reads(service: dict[str, Any]) -> None:
    assert set(variables(service)) <= names_of_settings() | AWS_KEYS | {"PYTHON_VERSION"}


def test_render_asks_for_secrets_and_stores_none(service: dict[str, Any]) -> None:
    asked = {each["key"] for each in service["envVars"] if each.get("sync") is False}

    assert asked == AWS_KEYS | {"AQUMEN_API_KEYS"}
    assert all(variables(service)[name] is None for name in asked)


def test_renders_values_are_valid_settings(
    service: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables(service).items():
        if value is not None:
            monkeypatch.setenv(name, value)

    assert Settings().max_concurrent_runs == 16


def test_the_database_is_on_the_disk(service: dict[str, Any]) -> None:
    url = variables(service)["AQUMEN_DATABASE_URL"]

    assert url is not None
    assert url.startswith(f"sqlite:///{service['disk']['mountPath']}/")
    assert service.get("numInstances", 1) == 1


def test_the_guides_postgres_replaces_the_disk_and_nothing_else(service: dict[str, Any]) -> None:
    blueprint = yaml.safe_load(block("yaml"))
    (changed,) = blueprint["services"]
    (database,) = blueprint["databases"]

    assert "disk" not in changed
    assert changed["name"] == service["name"]
    (wanted,) = changed["envVars"]
    assert wanted["key"] in variables(service)
    assert wanted["fromDatabase"]["name"] == database["name"]
    assert database["region"] == service["region"]


def test_render_installs_what_was_tested_checked_by_hash(service: dict[str, Any]) -> None:
    files = re.findall(r"-[rc] (\S+)", service["buildCommand"])
    python = next(each for each in service["envVars"] if each["key"] == "PYTHON_VERSION")

    assert "rootDir" not in service
    assert "--require-hashes" in service["buildCommand"]
    assert files == ["backend/requirements.lock"]
    assert all((ROOT / file).exists() for file in files)
    assert python["value"].startswith("3.11.")  # what the lock is made for


def test_renders_start_command_serves_and_stops_in_time(
    service: dict[str, Any], tmp_path: Path
) -> None:
    port = free_port()
    command = service["startCommand"].replace("--host 0.0.0.0", "--host 127.0.0.1")
    disk = service["disk"]["mountPath"]
    wanted = {
        name: value.replace(disk, str(tmp_path))
        for name, value in variables(service).items()
        if value is not None
    }
    env = clean_environment(**wanted, PORT=str(port), AQUMEN_MODEL_BACKEND="simulator")
    uvicorn = Path(shutil.which("uvicorn", path=str(Path(sys.executable).parent)) or "uvicorn")
    env["PATH"] = f"{uvicorn.parent}{os.pathsep}{env['PATH']}"

    process = subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=ROOT, env=env)
    try:
        url = f"http://127.0.0.1:{port}{service['healthCheckPath']}"
        eventually(lambda: healthy(url), START_SECONDS)
        process.send_signal(signal.SIGTERM)
        process.wait(service["maxShutdownDelaySeconds"])
    finally:
        process.kill()
        process.wait(5)

    assert (tmp_path / "aqumen.db").exists()


def healthy(url: str) -> bool:
    try:
        return bool(requests.get(url, timeout=2).json()["pipeline_ready"])
    except requests.RequestException:
        return False


def test_the_guide_starts_the_api_as_render_does(service: dict[str, Any]) -> None:
    assert f"`{service['startCommand']}`" in GUIDE


def test_the_policy_covers_the_default_models_and_nothing_else() -> None:
    policy = json.loads(block("json"))

    resources = [each for statement in policy["Statement"] for each in statement["Resource"]]
    actions = {each for statement in policy["Statement"] for each in statement["Action"]}
    profiles = {each.split("inference-profile/")[1] for each in resources if "profile" in each}
    models = {each.split("foundation-model/")[1] for each in resources if "profile" not in each}
    fields = Settings.model_fields
    defaults = {fields[f"model_{tier}"].default for tier in ("strong", "mid", "weak")}
    assert profiles == defaults
    assert models == {each.removeprefix("us.") for each in defaults}
    assert actions == {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}


def test_the_guides_react_code_is_the_file_that_is_shipped() -> None:
    hook = (ROOT / "docs" / "integration" / "use-aqumen-run.js").read_text("utf-8")

    assert block("js") == hook
    assert 'from "./aqumen-stream.js"' in hook


def test_the_guides_pattern_is_the_default() -> None:
    assert f"\n{Settings.model_fields['cors_origin_regex'].default}\n" in GUIDE


def test_the_guides_own_pattern_lets_in_one_teams_previews_only() -> None:
    found = re.search(r"AQUMEN_CORS_ORIGIN_REGEX=(\S+)", GUIDE)

    assert found is not None
    own = re.compile(found[1])
    assert own.fullmatch("https://aqumen-git-main-yourteam.vercel.app")
    assert own.fullmatch("https://aqumen-yourteam.vercel.app")
    assert not own.fullmatch("https://other-yourteam.vercel.app")
    assert not own.fullmatch("https://aqumen-git-main-strangers.vercel.app")


def block(language: str) -> str:
    """Return the guide's only code block in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)
