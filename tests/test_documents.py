"""What the documents say, against what they speak of."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator, Sequence

import pytest

from aqumen.__main__ import commands
from aqumen.errors import Code
from aqumen.settings import Settings
from aqumen.simulator.script import authored
from console.settings import NAMES
from corrected_7step_pipeline import AdversarialPipeline, SevenStepResult
from fakes.processes import BACKEND, ROOT, Api, clean_environment

README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "DEPLOYMENT_GUIDE.md").read_text("utf-8")
API = (ROOT / "docs" / "api.md").read_text("utf-8")
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "DEPLOYMENT_GUIDE.md", "tests/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
LONGEST = 90.0

_PYTHON = [sys.executable, "-c"]
_SAID_OTHERWISE = {"database_url", "cors_origins", "trusted_proxies"}
"""Defaults that the table puts into words."""


def table() -> dict[str, str]:
    """The settings table: default by variable."""
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| (?:`(.+?)`)?(.*?) ?\| ", README, re.MULTILINE)
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
    known = {variable(name) for name in Settings.model_fields} | set(NAMES)
    for document in DOCUMENTS:
        named = set(re.findall(r"AQUMEN_[A-Z0-9_]+[A-Z0-9]", document.read_text("utf-8")))
        assert named - known <= {"AQUMEN_MODEL"}, document.name


def test_documents_link_to_files_that_exist() -> None:
    for document in DOCUMENTS:
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text("utf-8"))
        missing = [link for link in links if not (document.parent / link).exists()]
        assert not missing, document.name


def test_every_picture_is_shown() -> None:
    pictures = {path.name for path in (ROOT / "docs" / "images").iterdir()}

    said = "".join(document.read_text("utf-8") for document in DOCUMENTS)
    assert set(re.findall(r"\]\((?:docs/)?images/([^)]+)\)", said)) == pictures


def test_the_layout_names_files_that_exist() -> None:
    named = re.findall(r"^((?:backend|frontend-dev|docs|tests)/[\w./]*)", README, re.MULTILINE)

    assert len(named) > 5
    assert all((ROOT / path).exists() for path in named)


def test_make_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for document in DOCUMENTS:
        for target in re.findall(r"`?make ([a-z]+)`?(?=\s*#|`)", document.read_text("utf-8")):
            assert f"\n{target}:" in makefile, target


def test_commands_are_such_as_can_be_given() -> None:
    given = [
        shlex.split(line, comments=True)[3:]
        for document in DOCUMENTS
        for line in re.findall(r"^python -m aqumen .*$", document.read_text("utf-8"), re.MULTILINE)
    ]

    assert {arguments[0] for arguments in given} == {
        "export",
        "import",
        "prune",
        "certificates",
        "calibrate",
        "key",
    }
    for arguments in given:
        assert commands().parse_args(arguments).run


def test_troubleshooting_names_codes_that_exist() -> None:
    rows = GUIDE.split("## Troubleshooting")[1]
    codes = set(re.findall(r"`([a-z]+_[a-z_]+)`", rows))

    assert codes - {"pipeline_ready", "max_attempts", "daily_usd"} <= set(Code.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("dollars", "strong"),
    [(4, Settings.model_fields["model_strong"].default), (5, "us.anthropic.claude-sonnet-4-6")],
    ids=["default models", "strong = Sonnet 4.6"],
)
def test_the_cost_table_is_what_the_authored_topics_cost(dollars: int, strong: str) -> None:
    settings = Settings(model_backend="simulator", simulator_speed=0.0, model_strong=strong)
    with AdversarialPipeline(settings) as pipeline:
        results = [pipeline.run_full_pipeline(script.name) for script in authored()]

    first, second, hopeless = costs_in_the_readme()
    assert_about(first, dollars, [each for each in results if each.total_attempts == 1])
    assert_about(second, dollars, [each for each in results if each.total_attempts == 2])
    assert_about(hopeless, dollars, [each for each in results if not each.final_success])


def test_documents_agree_on_what_a_run_takes_in_the_database() -> None:
    (measured,) = re.findall(r"^\| database a run \| ([\d.]+) MB", README, re.MULTILINE)

    assert re.findall(r"run takes about ([\d.]+) MB", README + GUIDE) == [measured, measured]


def costs_in_the_readme() -> list[list[str]]:
    """The cost table: topics, calls, tokens in, tokens out, dollars, dollars the other way."""
    numbers = 5 * r" \$?([\d.,-]+) \|"
    row = rf"^\| [^|]*\((\w+) topics?\) \|{numbers}$"
    return [list(cells) for cells in re.findall(row, README, re.MULTILINE)]


def assert_about(row: list[str], dollars: int, results: list[SevenStepResult]) -> None:
    """A row holds what was measured, to a twentieth: the subtopic is chosen at random."""
    spent = [each.metadata for each in results]
    assert row[0] == {1: "one", 7: "seven"}[len(results)]
    assert_range(row[1], [each.model_calls for each in spent])
    assert_range(row[2], [each.usage.input_tokens for each in spent])
    assert_range(row[3], [each.usage.output_tokens for each in spent])
    assert_range(row[dollars], [each.cost_usd for each in spent])


def assert_range(said: str, found: Sequence[float]) -> None:
    low, _, high = said.replace(",", "").partition("-")
    assert min(found) == pytest.approx(float(low), rel=0.05, abs=0.006)
    assert max(found) == pytest.approx(float(high or low), rel=0.05, abs=0.006)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Generator[Api]:
    with Api(tmp_path_factory.mktemp("api")) as api:
        yield api


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_curl_examples_work(api: Api) -> None:
    commands = re.findall(r"^curl .*$", README + API, re.MULTILINE)

    answers: list[str] = []
    for command in commands:
        run_id = json.loads(answers[1])["run_id"] if "$RUN" in command else ""
        here = command.replace("http://localhost:8000", api.url).replace("$RUN", run_id)
        answers.append(curl(here))

    stream, generated, started, listed, models, categories, *more = answers
    foreseen, fork, rejudged, prompt, shipped, insights, behind = more
    assert stream.startswith("retry: 3000\n\nevent: start\n")
    assert "\nevent: done\n" in stream
    assert '"success":true' in generated
    assert '"status":' in started
    assert '"runs":[{' in listed
    assert '"strong":' in models
    assert '"Beginner":[' in categories
    assert '"estimate":{"model_calls":3' in foreseen
    assert '"kind":"fork"' in fork
    assert '"rejudge_number":1' in rejudged
    assert '"placeholders":[' in prompt
    assert '"number":0' in shipped
    assert '"confidence":0.95' in insights
    assert '"next_cursor":' in behind


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
