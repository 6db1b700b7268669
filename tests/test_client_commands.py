"""The commands and the Python of the client's document, as they stand there."""

import subprocess
import sys
import textwrap
from collections.abc import Generator
from pathlib import Path

import pytest

from fakes.processes import BACKEND, ROOT, Api, clean_environment, free_port
from fakes.site import site

LONGEST = 90.0

EXAMPLE = """
from corrected_7step_pipeline import AdversarialPipeline

pipeline = AdversarialPipeline()
for item in pipeline.run_full_pipeline_streaming("GRPO in RL", max_attempts=3):
    if isinstance(item, dict):
        # Final result
        print(f"Done! Success: {item['final_result'].final_success}")
    else:
        # Step completed
        print(f"Step {item.step_number}: {item.description}")
"""
"""From the client's document, with its imports."""

BLOCKING = """
from corrected_7step_pipeline import AdversarialPipeline, SevenStepResult

result = AdversarialPipeline().run_full_pipeline("FizzBuzz in Python", max_attempts=1)
assert isinstance(result, SevenStepResult)
print(result.final_success, result.stopped_at_step, len(result.steps))
"""


Ended = subprocess.CompletedProcess[str]


def run(command: list[str], **settings: str) -> Ended:
    variables = clean_environment(**settings)
    return subprocess.run(
        command,
        check=False,
        cwd=BACKEND,
        env=variables,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )


def offline(code: str) -> Ended:
    return run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        AQUMEN_MODEL_BACKEND="simulator",
        AQUMEN_SIMULATOR_SPEED="0",
    )


def check(*arguments: str) -> Ended:
    return run([sys.executable, "-W", "error", "test_api.py", *arguments])


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Generator[Api]:
    with Api(tmp_path_factory.mktemp("api"), {"AQUMEN_SIMULATOR_SPEED": "50"}) as api:
        yield api


class TestPython:
    def test_the_documents_example_prints_seven_steps_and_a_question(self) -> None:
        ended = offline(EXAMPLE)

        assert ended.returncode == 0, ended.stderr
        lines = ended.stdout.splitlines()
        assert lines[-1] == "Done! Success: True"
        assert lines[0] == "Step 1: Generate difficulty categories"
        assert {line.split(":")[0] for line in lines[:-1]} == {f"Step {n}" for n in range(1, 8)}

    def test_the_blocking_method_returns_a_result_without_a_question(self) -> None:
        ended = offline(BLOCKING)

        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.split() == ["False", "6", "6"]

    def test_without_credentials_it_says_what_to_set(self) -> None:
        nobody = {
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": "us-east-1",
        }

        ended = run([sys.executable, "-c", EXAMPLE], **nobody)

        assert ended.returncode != 0
        assert "AWS_ACCESS_KEY_ID" in ended.stderr


class TestServerCheck:
    def test_passes_on_a_server_that_works(self, api: Api) -> None:
        ended = check(api.url)

        assert ended.returncode == 0, ended.stderr
        assert "step 7: Create student assessment: ok" in ended.stdout
        assert ended.stdout.rstrip().endswith(f"Everything works at {api.url}.")
        assert ended.stderr == ""

    def test_passes_on_a_run_that_ends_without_a_question(self, api: Api) -> None:
        ended = check(api.url, "--topic", "FizzBuzz in Python")

        assert ended.returncode == 0, ended.stderr
        assert "result: No question separated the two models" in ended.stdout

    def test_says_what_broke_when_the_model_service_refuses(self, api: Api) -> None:
        ended = check(api.url, "--topic", "SQL #fault=access_denied@2")

        assert ended.returncode == 1
        assert one_sentence(ended).startswith("FAILED: The run failed: The server's AWS account")

    def test_says_so_when_nobody_is_there(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"

        ended = check(url)

        assert ended.returncode == 1
        said = one_sentence(ended)
        assert said.startswith(f"FAILED: {url} does not answer: connection refused.")
        assert "uvicorn api_server:app" in said

    def test_says_so_when_something_else_is_there(self, tmp_path: Path) -> None:
        with site(tmp_path) as url:
            ended = check(url)

        assert ended.returncode == 1
        assert one_sentence(ended).startswith("FAILED: /health answers 404")


def test_uvicorn_serves_the_front_door_from_the_backends_folder(api: Api) -> None:
    documented = api.get("/openapi.json")["paths"]

    assert {"/health", "/api/models", "/api/generate-stream", "/api/generate"} <= set(documented)


def test_both_folders_say_what_they_need() -> None:
    for folder, needed in (("backend", "boto3"), ("frontend-dev", "sseclient-py")):
        assert needed in (ROOT / folder / "requirements.txt").read_text("utf-8")


def one_sentence(ended: Ended) -> str:
    """Return what was said on standard error, which holds no traceback."""
    assert "Traceback" not in ended.stderr
    said = ended.stderr.strip()
    assert "\n" not in said
    return said
