"""`python -m aqumen calibrate`, on the offline judge and the offline answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aqumen.__main__ import main
from aqumen.events import Accuracy
from aqumen.store.store import Store
from aqumen.templates import Prompts
from fakes.pipelines import CAST, FIRST_TIME, SECOND_TIME, offline_model, plan_of, steps_of, told
from fakes.sqlite import with_tables

Output = pytest.CaptureFixture[str]
Json = dict[str, Any]
SECOND = "us.anthropic.claude-sonnet-4-6"
VERSION = Prompts.shipped()["judge_answer"].version


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = with_tables(tmp_path / "runs.db")
    monkeypatch.setenv("AQUMEN_DATABASE_URL", url)
    monkeypatch.setenv("AQUMEN_MODEL_BACKEND", "simulator")
    monkeypatch.setenv("AQUMEN_SIMULATOR_SPEED", "0")
    kept = Store(url)
    kept.open()
    yield kept
    kept.close()


def labelled(topic: str) -> Iterator[Json]:
    """Yield the offline answers to a topic, labelled as the offline judge sees them."""
    steps = steps_of(told(offline_model(), plan_of(topic, max_attempts=1)))
    by_number = {step.step_number: step for step in steps if step.success}
    catalog = json.loads(by_number[2].response_full)["errors"]
    for number, tier in ((4, "mid"), (5, "weak")):
        made = {each.mistake: getattr(each, tier) == "present" for each in by_number[6].evidence}
        yield {
            "topic": topic,
            "question": json.loads(by_number[3].response_full),
            "answer": by_number[number].response_full,
            "catalog": [
                {"mistake": name, "why_wrong": entry["why_wrong"], "made": made[name]}
                for entry in catalog
                for name in [entry["mistake"]]
            ],
        }


@pytest.fixture(scope="module")
def lines() -> list[Json]:
    return [line for topic in (FIRST_TIME, SECOND_TIME) for line in labelled(topic)]


def written(folder: Path, lines: list[Json]) -> str:
    file = folder / "labelled.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    return str(file)


def found(store: Store, *judges: str) -> Accuracy:
    known = store.calibrations.find(*judges, prompt=VERSION, simulated=True)
    assert known is not None
    return known


def test_a_judge_is_measured_on_labels_and_the_figures_are_stored(
    store: Store, tmp_path: Path, lines: list[Json], capsys: Output
) -> None:
    # People see one mistake that the judge does not find, and one less than it finds.
    entries = [entry for line in lines for entry in line["catalog"]]
    made = next(entry for entry in entries if entry["made"])
    avoided = next(entry for entry in entries if not entry["made"])
    changed = json.loads(json.dumps(lines))
    for line in changed:
        for entry in line["catalog"]:
            if entry["mistake"] == made["mistake"]:
                entry["made"] = not entry["made"] if entry["made"] else entry["made"]
            elif entry["mistake"] == avoided["mistake"]:
                entry["made"] = True
    people = [entry["made"] for line in changed for entry in line["catalog"]]

    assert main(["calibrate", written(tmp_path, changed)]) == 0

    known = found(store, CAST.judge)
    assert (known.made, known.avoided) == (sum(people), len(people) - sum(people))
    judge_said = [entry["made"] for entry in entries]
    both = list(zip(people, judge_said, strict=True))
    assert known.found == both.count((True, True)) < known.made
    assert known.cleared == both.count((False, False)) < known.avoided
    assert known.sensitivity_lower < known.sensitivity == known.found / known.made
    said = capsys.readouterr().out
    assert f"found {known.found} of {known.made} made" in said
    assert "95 % interval" in said
    assert f"prompt {VERSION}" in said
    assert "Calls: 4, about $" in said


def test_two_judges_are_measured_alone_and_together(
    store: Store,
    tmp_path: Path,
    lines: list[Json],
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AQUMEN_MODEL_JUDGE_2", SECOND)

    assert main(["calibrate", written(tmp_path, lines)]) == 0

    for judges in ((CAST.judge,), (SECOND,), (CAST.judge, SECOND)):
        known = found(store, *judges)
        assert (known.sensitivity, known.specificity) == (1.0, 1.0)
    said = capsys.readouterr().out
    assert "Both judges together" in said
    assert "The judges agree on 24 of 24 labels." in said
    assert "Calls: 8" in said


def test_a_dry_run_says_what_it_would_cost_and_asks_nothing(
    store: Store, tmp_path: Path, lines: list[Json], capsys: Output
) -> None:
    assert main(["calibrate", written(tmp_path, lines), "--dry-run"]) == 0

    said = capsys.readouterr().out
    assert "4 answers with 24 labels" in said
    assert "Calls: 4, about $0." in said
    assert "Spent" not in said
    assert store.calibrations.find(CAST.judge, prompt=VERSION, simulated=True) is None


@pytest.mark.usefixtures("store")
def test_labels_of_one_kind_alone_measure_nothing(
    tmp_path: Path, lines: list[Json], capsys: Output
) -> None:
    for entry in (line := json.loads(json.dumps(lines[0])))["catalog"]:
        entry["made"] = False

    assert main(["calibrate", written(tmp_path, [line])]) == 1

    assert "all of one kind" in capsys.readouterr().err
