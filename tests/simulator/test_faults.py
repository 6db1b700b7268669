"""Faults are asked for in a small language and counted."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.errors import InvalidOrder
from aqumen.simulator.faults import IN_A_TEXT, NAMES, Fault, Faults, RunFaults, parse

FAULTS = st.builds(
    Fault,
    st.sampled_from(sorted(NAMES)),
    st.none() | st.integers(1, 7),
    st.none() | st.integers(1, 999_999),
)


@given(st.lists(FAULTS, min_size=1, max_size=6))
def test_what_is_written_is_read_back(faults: list[Fault]) -> None:
    assert parse(",".join(map(str, faults))) == tuple(faults)


@given(st.lists(FAULTS, min_size=1, max_size=4))
def test_a_topic_can_carry_any_spec(faults: list[Fault]) -> None:
    spec = ",".join(map(str, faults))

    found = IN_A_TEXT.search(f"Queues in Kafka #fault={spec}, for beginners")

    assert found is not None
    assert found[1] == spec


@given(st.text(max_size=40))
def test_anything_else_is_refused_as_an_order_of_ours(spec: str) -> None:
    with suppress(InvalidOrder):
        assert all(fault.name in NAMES for fault in parse(spec))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("thunder", "There is no fault 'thunder'"),
        ("throttling@8", "'throttling@8' is not a fault"),
        ("throttlingx0", "'throttlingx0' is not a fault"),
        ("throttling,,cut", "'' is not a fault"),
        ("cut@3 x2", "'cut@3 x2' is not a fault"),
        ("Cut", "'Cut' is not a fault"),
    ],
)
def test_a_mistake_is_named(spec: str, said: str) -> None:
    with pytest.raises(InvalidOrder) as caught:
        parse(spec)

    assert said in caught.value.text


def test_a_spec_says_name_step_and_times() -> None:
    assert parse("throttling@3x2, cut, stallx*") == (
        Fault("throttling", 3, 2),
        Fault("cut", None, 1),
        Fault("stall", None, None),
    )
    assert parse("  ") == ()


def test_faults_come_at_their_step_as_often_as_asked() -> None:
    faults = Faults("throttling@3x2,cut")

    taken = [faults.take(step) for step in (3, 3, 1, 3, 3)]

    assert taken == ["throttling", "throttling", "cut", None, None]
    assert faults.pending == ""


def test_a_fault_for_good_stays_until_it_is_cleared() -> None:
    faults = Faults("cut@2x*")

    assert [faults.take(2) for _ in range(5)] == ["cut"] * 5
    assert faults.pending == "cut@2x*"
    faults.clear()
    assert faults.take(2) is None


def test_a_step_that_is_not_named_takes_only_faults_for_any_step() -> None:
    assert Faults("cut@2,stall").take(None) == "stall"


def test_a_spec_that_cannot_be_read_changes_nothing() -> None:
    faults = Faults("cut")

    with pytest.raises(InvalidOrder):
        faults.script("stall,thunder")

    assert faults.pending == "cut"


def test_faults_of_a_topic_are_counted_for_each_run_by_itself() -> None:
    faults, prompt = RunFaults(), "Topic: Kafka #fault=cut@1x2"

    taken = [faults.take(run, 1, prompt) for run in ("a", "a", "b", "a")]

    assert taken == ["cut", "cut", "cut", None]


def test_a_runs_faults_hold_for_prompts_that_no_longer_name_them() -> None:
    faults = RunFaults()

    assert faults.take("a", 1, "#fault=cut@4") is None
    assert faults.take("a", 4, "Answer this question.") == "cut"
    assert faults.take("b", 4, "Answer this question.") is None
