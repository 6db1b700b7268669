"""What is promised of each rigor, measured small; `make differentiation` measures it large."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from benchmarks.differentiation.pipeline import run_many
from benchmarks.differentiation.rule import simulate
from benchmarks.differentiation.world import Level, Pass, World

CERTIFIED = Level("certified", 3)


def test_certified_finds_what_separates_and_seldom_what_does_not() -> None:
    real = simulate(World(Pass(0.9, 0.3)), CERTIFIED, 3000, seed=1)
    none = simulate(World(Pass(0.6, 0.6)), CERTIFIED, 3000, seed=1)

    assert real.found / real.runs >= 0.94
    assert none.accepted / none.runs <= 0.06


def test_a_noisy_judge_and_missing_answers_cost_power_and_add_no_false_question() -> None:
    real = simulate(World(Pass(0.9, 0.3), 0.8, 0.8, 0.05), CERTIFIED, 1000, seed=1)
    none = simulate(World(Pass(0.6, 0.6), 0.8, 0.8, 0.05), CERTIFIED, 1000, seed=1)

    assert 0.05 < real.found / real.runs < 0.9
    assert none.accepted / none.runs <= 0.06


@pytest.mark.parametrize("rigor", ["single-sample", "screened", "certified"])
def test_whole_runs_of_the_pipeline_come_to_what_the_rule_does(rigor: str) -> None:
    world, level = World(Pass(0.9, 0.3), missing=0.05), Level(rigor, 3)  # type: ignore[arg-type]
    rule = simulate(world, level, 2000, seed=1)
    with ThreadPoolExecutor(1) as pool:
        whole = run_many(world, level, 12, 30.0, pool)

    assert whole.runs == 12
    # Of 12 runs, three standard deviations are at most 43 points.
    assert abs(whole.found / whole.runs - rule.found / rule.runs) < 0.43
    assert whole.price.calls == pytest.approx(rule.price.calls, rel=0.45)
    assert whole.price.dollars == pytest.approx(rule.price.dollars, rel=0.45)
