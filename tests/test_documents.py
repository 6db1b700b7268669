"""What the documents say, against what they speak of."""

import re
import shutil
import subprocess
import sys
from collections.abc import Generator

import pytest

from aqumen.errors import Code
from aqumen.settings import Settings
from console.settings import ENDPOINT_NAME, KEY_NAME
from fakes.processes import BACKEND, ROOT, Api, clean_environment

README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "DEPLOYMENT_GUIDE.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "DEPLOYMENT_GUIDE.md", ROOT / "tests" / "README.md"]
LONGEST = 90.0

_PYTHON = [sys.executable, "-c"]
_SAID_OTHERWISE = {"database_url", "cors_origins"}
"""Defaults that the table puts into words."""


def table() -> dict[str, str]:
    """The settings table: default by variable."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.+?)`)?(.*?) ?\| ", README, re.MULTILINE)
    return {name: default.replace(r"\|", "|") for name, default, _words in rows}


def variable(name: str) -> str:
    alias = Settings.model_fields[name].validation_alias
    choices = getattr(alias, "choices", None)
    return str(choices[0]) if choices else f"AQUMEN_{name.upper()}"


def test_every_setting_is_in_the_table_and_every_row_is_a_setting() -> None:
    assert set(table()) == {variable(name) for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(Settings.model_fields.keys() - _SAID_OTHERWISE))
def test_the_tables_defaults_are_the_settings(name: str) -> None:
    default = Settings.model_fields[name].default
    shown = table()[variable(name)]

    assert (float(shown) if isinstance(default, float) else shown) == (
        "" if default is None else default if isinstance(default, float) else str(default)
    )


def test_documents_name_only_variables_that_exist() -> None:
    known = {variable(name) for name in Settings.model_fields} | {ENDPOINT_NAME, KEY_NAME}
    for document in DOCUMENTS:
        named = set(re.findall(r"AQUMEN_[A-Z_]+[A-Z]", document.read_text("utf-8")))
        assert named - known <= {"AQUMEN_MODEL"}, document.name


def test_documents_link_to_files_that_exist() -> None:
    for document in DOCUMENTS:
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text("utf-8"))
        missing = [link for link in links if not (document.parent / link).exists()]
        assert not missing, document.name


def test_the_layout_names_files_that_exist() -> None:
    named = re.findall(r"^((?:backend|frontend-dev|docs|tests)/[\w./]*)", README, re.MULTILINE)

    assert len(named) > 5
    assert all((ROOT / path).exists() for path in named)


def test_make_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for document in DOCUMENTS:
        for target in re.findall(r"`?make ([a-z]+)`?(?=\s*#|`)", document.read_text("utf-8")):
            assert f"\n{target}:" in makefile, target


def test_troubleshooting_names_codes_that_exist() -> None:
    rows = GUIDE.split("## Troubleshooting")[1]
    codes = set(re.findall(r"`([a-z]+_[a-z_]+)`", rows))

    assert codes - {"pipeline_ready", "max_attempts"} <= set(Code.__args__)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Generator[Api]:
    with Api(tmp_path_factory.mktemp("api")) as api:
        yield api


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_readmes_curl_examples_work(api: Api) -> None:
    commands = re.findall(r"^curl .*$", README, re.MULTILINE)

    answers = [curl(command.replace("http://localhost:8000", api.url)) for command in commands]

    stream, generated, started, listed, models, categories = answers
    assert stream.startswith("retry: 3000\n\nevent: start\n")
    assert "\nevent: done\n" in stream
    assert '"success":true' in generated
    assert '"status":' in started
    assert '"runs":[{' in listed
    assert '"strong":' in models
    assert '"Beginner":[' in categories


def curl(command: str) -> str:
    ended = subprocess.run(
        ["bash", "-c", f"{command} --fail --noproxy '*' --max-time 60"],
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    assert ended.returncode == 0, f"{command}\n{ended.stderr}"
    return ended.stdout


def test_the_readmes_python_example_works() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    offline = {"AQUMEN_MODEL_BACKEND": "simulator", "AQUMEN_SIMULATOR_SPEED": "0"}

    ended = subprocess.run(
        [*_PYTHON, code],
        check=False,
        cwd=BACKEND,
        env=clean_environment(**offline),
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )

    assert ended.stdout.splitlines()[-1:] == ["Success: True"], ended.stderr
