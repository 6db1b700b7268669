"""The prompt texts of one run, over HTTP."""

import requests

from aqumen.templates import Prompts


def test_a_run_shows_the_prompt_texts_it_is_asked_with(url: str) -> None:
    run_id = requests.post(f"{url}/api/runs", json={"topic": "GRPO in RL"}, timeout=20).json()[
        "run_id"
    ]

    said = requests.get(f"{url}/api/runs/{run_id}/prompts", timeout=20).json()

    shipped = Prompts.shipped()
    assert said["run_id"] == run_id
    assert {name: each["template"] for name, each in said["prompts"].items()} == shipped.texts
    assert {name: each["version"] for name, each in said["prompts"].items()} == shipped.versions
    assert {each["number"] for each in said["prompts"].values()} == {0}
    steps = sorted(step for each in said["prompts"].values() for step in each["step_numbers"])
    assert steps == [1, 2, 3, 4, 5, 6, 7]
    assert said["prompts"]["rejected_answer"]["step_numbers"] == []


def test_a_run_nobody_knows_has_no_prompts(url: str) -> None:
    answer = requests.get(f"{url}/api/runs/01M81J10W4EW0KC9331TNW44FN/prompts", timeout=20)

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
