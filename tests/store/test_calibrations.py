from aqumen.events import Accuracy, now
from aqumen.judging.correction import Labels, accuracy
from aqumen.store.store import Store

PROMPT = "0123456789ab"


def known(judge: str, judge_2: str | None = None, found: int = 9) -> Accuracy:
    labels = Labels(made=10, found=found, avoided=20, cleared=18, unclear=1)
    return accuracy(labels, judge=judge, judge_2=judge_2, prompt=PROMPT, at=now())


def test_a_calibration_is_found_by_its_judges_and_its_prompt(store: Store) -> None:
    alone = known("a")
    store.calibrations.keep(alone, simulated=False)
    store.calibrations.keep(known("a", "b", 7), simulated=False)

    find = store.calibrations.find
    assert find("a", prompt=PROMPT, simulated=False) == alone
    both = find("a", "b", prompt=PROMPT, simulated=False)
    assert both is not None
    assert (both.found, both.judge_2) == (7, "b")
    assert find("b", "a", prompt=PROMPT, simulated=False) is None
    assert find("a", prompt="another00000", simulated=False) is None
    assert find("a", prompt=PROMPT, simulated=True) is None, "simulated judges are others"


def test_a_new_calibration_takes_the_place_of_the_old_one(store: Store) -> None:
    store.calibrations.keep(known("a", found=2), simulated=True)
    newer = known("a", found=10)
    store.calibrations.keep(newer, simulated=True)

    assert store.calibrations.find("a", prompt=PROMPT, simulated=True) == newer
