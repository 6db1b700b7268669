"""A file claims no more than its own answers show, whoever has signed it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from aqumen.archive.form import as_json, digest
from aqumen.archive.reading import _Form, read
from aqumen.archive.rulings import unfounded
from aqumen.errors import ExportDamaged
from aqumen.events import Gate, parse
from fakes.certified import certified
from fakes.sampling import Choose, confirming

Json = dict[str, Any]
Forge = Callable[[list[Json]], None]
WEAK = confirming(weak_avoids=9)
"""A confirmation that does not pass."""


def forged(forge: Forge, choose: Choose) -> bytes:
    """Return a run's file, changed and signed anew."""
    file = json.loads(as_json(certified(choose=choose)))
    forge([line["data"] for line in file["events"]])
    file["log_sha256"] = digest([line.stored() for line in _Form.model_validate(file).events])
    return json.dumps(file).encode()


def of(events: list[Json], kind: str, **where: object) -> list[Json]:
    return [each for each in events if each["type"] == kind and where.items() <= each.items()]


def nothing(_events: list[Json]) -> None:
    """Change nothing."""


def a_pass(events: list[Json]) -> None:
    (told,) = of(events, "gate", phase="confirm")
    told.update(passed=True, mistakes=[told["measured"]["mistake"]])


def a_screen_of_nothing(events: list[Json]) -> None:
    (told,) = of(events, "gate", phase="screen")
    told["mistakes"] = []


def better_counts(events: list[Json]) -> None:
    a_pass(events)
    (told,) = of(events, "gate", phase="confirm")
    told["measured"]["weak"] = {"absent": 0, "present": 12, "missing": 0, "disputed": 0}


def an_answer_twice(events: list[Json]) -> None:
    for sample in of(events, "sample", phase="confirm", tier="mid", index=12):
        sample["index"] = 11


def a_label(events: list[Json]) -> None:
    (told,) = of(events, "gate", phase="confirm")
    told["passed"] = False


def better_rates(events: list[Json]) -> None:
    (told,) = of(events, "gate", phase="confirm")
    told["measured"].update(d=0.9, lower=0.5)


def another_mistake(events: list[Json]) -> None:
    (final,) = of(events, "final")
    final["metadata"]["weak_model_failures"].append("Something that was not put to the test")


def a_better_result(events: list[Json]) -> None:
    (final,) = of(events, "final")
    final["metadata"]["measured"]["p_weak"] = 0.0


def another_rigor(events: list[Json]) -> None:
    events[0]["rigor"] = "screened"


@pytest.mark.parametrize("choose", [WEAK, confirming()], ids=["fails", "passes"])
def test_what_no_one_has_changed_is_read(choose: Choose) -> None:
    assert read(forged(nothing, choose)).run.order.rigor == "certified"


@pytest.mark.parametrize(
    ("forge", "choose", "said"),
    [
        (a_pass, WEAK, "does not follow"),
        (better_counts, WEAK, "does not follow"),
        (a_screen_of_nothing, WEAK, "does not follow"),
        (an_answer_twice, confirming(), "does not follow"),
        (better_rates, WEAK, "does not follow"),
        (another_mistake, confirming(), "names mistakes that the ruling"),
        (a_better_result, confirming(weak_avoids=1), "rates are not those of the ruling"),
        (a_label, confirming(), "calls the question certified"),
        (another_rigor, confirming(), "The run's rigor is not what its log says"),
    ],
    ids=[
        "a pass",
        "better counts",
        "a screen of nothing",
        "an answer twice",
        "better rates",
        "another mistake",
        "a better result",
        "a label",
        "another rigor",
    ],
)
def test_a_claim_that_its_answers_do_not_bear_out_is_refused(
    forge: Forge, choose: Choose, said: str
) -> None:
    with pytest.raises(ExportDamaged, match=said):
        read(forged(forge, choose))


def test_a_target_that_is_fixed_after_its_answers_were_taken_is_none() -> None:
    told = [parse(stored.data) for stored in certified().events]
    (screen,) = (event for event in told if isinstance(event, Gate) and event.phase == "screen")
    (confirmed,) = (event for event in told if isinstance(event, Gate) and event.phase == "confirm")
    late = [event for event in told if event is not screen]
    late.insert(late.index(confirmed), screen)

    assert not list(unfounded(told, 1))
    assert any("does not follow" in said for said in unfounded(late, 1))
