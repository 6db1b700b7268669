"""What a run came to, computed again from its file by scipy and by nothing of the product's."""

import json
from collections import Counter
from collections.abc import Iterator
from math import hypot
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from aqumen.archive.form import as_json
from aqumen.archive.reading import read
from aqumen.pipeline.plan import Plan
from aqumen.store.store import Store
from fakes.certified import ORDERED, certified_by
from fakes.judges import disputing, with_second
from fakes.models import ScriptedModel
from fakes.pipelines import FIRST_TIME, plan_of
from fakes.sampling import confirming, cut_short, sampled_model
from fakes.wholes import RUN_ID

Json = dict[str, Any]


class Log:
    """The events of an exported file."""

    def __init__(self, file: bytes) -> None:
        self._events: list[Json] = [line["data"] for line in json.loads(file)["events"]]

    def of(self, kind: str, **where: object) -> list[Json]:
        """Return the events of a type in which these fields are so."""
        found = (event for event in self._events if event["type"] == kind)
        return [each for each in found if where.items() <= each.items()]

    @property
    def attempts(self) -> int:
        """How many the run might take."""
        most: int = self._events[0]["max_attempts"]
        return most

    @property
    def catalog(self) -> list[str]:
        """The mistakes' names, in order."""
        (told,) = self.of("step", step_number=2, success=True)
        return [entry["mistake"] for entry in json.loads(told["response_full"])["errors"]]

    def counted(self, gate: Json, mistake: str) -> tuple[Counter[str], Counter[str]]:
        """Return what the phase's mid and weak answers say of a mistake."""
        mid, weak = (
            Counter(
                _said(sample, mistake)
                for sample in self.of(
                    "sample", attempt=gate["attempt"], phase=gate["phase"], tier=tier
                )
            )
            for tier in ("mid", "weak")
        )
        return mid, weak

    def answer(self, sample: Json) -> str:
        """Return the answer a sample is about: its own call's, or that of step 4 or 5."""
        if sample["calls"]:
            own: str = sample["calls"][0]["response"]
            return own
        number = {"mid": 4, "weak": 5}[sample["tier"]]
        where = {"step_number": number, "attempt": sample["attempt"], "success": True}
        first: str = self.of("step", **where)[0]["response_full"]
        return first


def _said(sample: Json, mistake: str) -> str:
    for reading in sample["readings"]:
        if reading["mistake"] == mistake:
            return "disputed" if reading["disputed"] else str(reading["presence"])
    return "missing"


def _screened(log: Log, gate: Json) -> tuple[str | None, tuple[str, ...]]:
    """Return the target, and all mistakes that pass the screen."""
    passing, leads = [], {}
    for name in log.catalog:
        mid, weak = log.counted(gate, name)
        if mid["absent"] >= 2 and weak["present"] >= 2:
            passing.append(name)
            leads[name] = mid["absent"] + weak["present"]
    return max(leads, key=lambda name: leads[name], default=None), tuple(passing)


def _lower(mid: Counter[str], weak: Counter[str], confidence: float) -> float:
    bounds = []
    for tally in (mid, weak):
        known = tally["absent"] + tally["present"]
        ci = stats.binomtest(tally["absent"], known).proportion_ci(2 * confidence - 1, "wilson")
        bounds.append((tally["absent"] / known, ci.low, ci.high))
    (p, low, _), (q, _, high) = bounds
    return float(p - q - hypot(p - low, high - q))


def _passes(mid: Counter[str], weak: Counter[str], confidence: float) -> bool:
    if mid.total() != 12 or weak.total() != 12 or mid["missing"] + weak["missing"] > 2:
        return False
    known = [tally["absent"] + tally["present"] for tally in (mid, weak)]
    return (
        min(known) > 0
        and mid["absent"] / known[0] >= 0.7
        and weak["absent"] / known[1] <= 0.5
        and _lower(mid, weak, confidence) > 0
    )


def _check_screen(log: Log, gate: Json) -> None:
    target, passing = _screened(log, gate)
    assert (gate["passed"], tuple(gate["mistakes"])) == (bool(passing), passing)
    if target:
        assert gate["measured"]["mistake"] == target


def _check_confirmation(log: Log, gate: Json) -> None:
    (screen,) = log.of("gate", attempt=gate["attempt"], phase="screen")
    target = screen["measured"]["mistake"]
    confirming = log.of("sample", attempt=gate["attempt"], phase="confirm")
    assert all(sample["seq"] > screen["seq"] for sample in confirming), "fixed before it is tested"
    mid, weak = log.counted(gate, target)
    confidence = 1 - 0.05 / log.attempts
    best = mid + Counter(absent=12 - mid.total()), weak + Counter(present=12 - weak.total())
    early = len(confirming) < 24
    assert gate["measured"]["confidence"] == pytest.approx(confidence)
    assert gate["measured"]["lower"] == pytest.approx(_lower(mid, weak, confidence))
    assert gate["passed"] == _passes(mid, weak, confidence)
    assert gate["void"] == (mid["missing"] + weak["missing"] > 2)
    assert not (early and _passes(*best, confidence)), "nothing but futility ends it early"


def _check_quotes(log: Log) -> Iterator[str]:
    for sample in log.of("sample"):
        for reading in sample["readings"]:
            quote = reading["quote"]
            assert (quote is not None) == (reading["presence"] == "present")
            if quote:
                assert log.answer(sample)[quote["start"] : quote["end"]] == quote["text"]
                yield quote["text"]


def check(file: bytes) -> list[bool]:
    """Compute all rulings of a file again; return whether each is passed, in order."""
    log = Log(file)
    for gate in log.of("gate"):
        (_check_screen if gate["phase"] == "screen" else _check_confirmation)(log, gate)
    assert list(_check_quotes(log))
    (final,) = log.of("final")
    last = log.of("gate")[-1]
    passed = last["phase"] == "confirm" and last["passed"]
    assert final["metadata"]["evidence"] == ("certified" if passed else None)
    assert final["metadata"]["weak_model_failures"] == (last["mistakes"] if passed else [])
    return [gate["passed"] for gate in log.of("gate")]


def weak_is_cut_short() -> ScriptedModel:
    """Three answers of a confirmation are missing, and one of its screen."""
    missing = {("confirm", 2), ("confirm", 5), ("confirm", 9), ("screen", 3)}
    return sampled_model(
        lambda tier, *at: cut_short() if at in missing and tier == "weak" else tier
    )


TWICE = plan_of(FIRST_TIME, rigor="certified", max_attempts=2)


@pytest.mark.parametrize(
    ("model", "plan", "passed"),
    [
        (sampled_model(confirming(mid_fails=2, weak_avoids=3)), ORDERED, [True, True]),
        (sampled_model(confirming(weak_avoids=12)), TWICE, [True, False] * 2),
        (weak_is_cut_short(), ORDERED, [True, False]),
        (disputing(1, 2, 3), with_second(ORDERED), [True, True]),
    ],
)
def test_every_ruling_follows_from_the_file_alone_and_from_that_of_an_imported_run(
    model: ScriptedModel, plan: Plan, passed: list[bool], tmp_path: Path
) -> None:
    file = as_json(certified_by(model, plan))
    elsewhere = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    elsewhere.open()

    assert elsewhere.shelf.put(read(file))
    imported = as_json(elsewhere.shelf.take(RUN_ID))
    elsewhere.close()

    assert check(file) == check(imported) == passed
