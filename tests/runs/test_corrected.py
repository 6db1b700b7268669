"""Runs whose judge was measured on labels: rates are shown with what it errs allowed for."""

from collections.abc import Iterator

import pytest

from aqumen.events import Accuracy, Final, now
from aqumen.judging.correction import Labels, accuracy, corrected
from aqumen.models.known import public_id
from aqumen.store.store import Store
from aqumen.templates import Prompts
from fakes.following import OpenRuns, begin, events
from fakes.judges import SECOND, TWO_JUDGES, judging_model
from fakes.pipelines import CAST, FIRST_TIME

VERSION = Prompts.shipped()["judge_answer"].version


def known(judge: str, judge_2: str | None = None, prompt: str = VERSION) -> Accuracy:
    labels = Labels(made=50, found=45, avoided=100, cleared=90, unclear=2)
    return accuracy(labels, judge=public_id(judge), judge_2=judge_2, prompt=prompt, at=now())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    kept = Store(url)
    kept.open()
    yield kept
    kept.close()


def final(open_runs: OpenRuns, rigor: str, **more: object) -> Final:
    runs = open_runs(judging_model(lambda _, said: said), **more)
    told = events(runs, begin(runs, FIRST_TIME, rigor=rigor))
    return next(event for event in told if isinstance(event, Final))


@pytest.mark.parametrize("rigor", ["screened", "certified"])
def test_what_was_measured_of_the_judge_corrects_the_rates(
    open_runs: OpenRuns, store: Store, rigor: str
) -> None:
    store.calibrations.keep(known(CAST.judge), simulated=True)

    metadata = final(open_runs, rigor).metadata

    found = metadata.corrected
    assert found is not None
    assert metadata.measured is not None
    assert found.accuracy == store.calibrations.find(CAST.judge, prompt=VERSION, simulated=True)
    assert found == corrected(metadata.measured, found.accuracy), "the log alone is enough"
    assert found.p_mid_lower <= found.p_mid <= found.p_mid_upper


def test_only_a_calibration_of_these_judges_this_prompt_and_these_models_counts(
    open_runs: OpenRuns, store: Store
) -> None:
    store.calibrations.keep(known(CAST.judge), simulated=False)
    store.calibrations.keep(known(CAST.judge, prompt="another00000"), simulated=True)
    store.calibrations.keep(known(SECOND), simulated=True)
    store.calibrations.keep(known(CAST.judge, SECOND), simulated=True)

    assert final(open_runs, "screened").metadata.corrected is None
    both = final(open_runs, "screened", cast=TWO_JUDGES).metadata.corrected
    assert both is not None
    assert both.accuracy.judge_2 == SECOND


def test_one_answer_of_each_model_has_no_rate_to_correct(open_runs: OpenRuns, store: Store) -> None:
    store.calibrations.keep(known(CAST.judge), simulated=True)

    assert final(open_runs, "single-sample").metadata.corrected is None
