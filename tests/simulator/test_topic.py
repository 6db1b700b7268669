"""Recognising topics, and speaking of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.simulator.script import authored
from aqumen.simulator.topic import LONGEST, bare, fits, spoken


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("GRPO in RL", "Group Relative Policy Optimization (GRPO) in RL"),
        ("group relative policy optimisation", "Group Relative Policy Optimization (GRPO) in RL"),
        ("grpo #fault=stream_stalled", "Group Relative Policy Optimization (GRPO) in RL"),
        ("SQL transactions", "SQL transactions and isolation levels"),
        ("Isolation levels in PostgreSQL", "SQL transactions and isolation levels"),
        ("ISOLATION LEVELS", "SQL transactions and isolation levels"),
        ("A/B testing", "A/B test analysis for a pricing change"),
        ("AB tests for prices", "A/B test analysis for a pricing change"),
        ("Redis rate limiter", "Rate limiting with Redis"),
        ("API rate limiting", "Rate limiting with Redis"),
        ("fizzbuzz", "FizzBuzz in Python"),
        ("Fizz Buzz for interviews", "FizzBuzz in Python"),
        ("Kubernetes rolling updates", "Kubernetes rollouts without downtime"),
        ("zero-downtime releases", "Kubernetes rollouts without downtime"),
        ("Storing passwords", "Password storage and account recovery"),
        ("GRPO in reinforcement learning", "Group Relative Policy Optimization (GRPO) in RL"),
        ("Transaction isolation in PostgreSQL", "SQL transactions and isolation levels"),
        ("Python asyncio cancellation", "Cancellation and timeouts in Python asyncio"),
        ("Kubernetes pod disruption budgets", "Kubernetes rollouts without downtime"),
        ("Survivorship bias in fund returns", "Survivorship bias in fund returns"),
    ],
)
def test_natural_variants_of_a_topic_are_recognised(topic: str, name: str) -> None:
    found = [script.name for script in authored() if fits(topic, script)]

    assert found == [name]


@pytest.mark.parametrize(
    "topic",
    [
        "Testing abstractions",
        "Baroque counterpoint",
        "Kubernetes",
        "Transactional analysis",
        "Heart rate zones",
        "SQLAlchemy",
    ],
)
def test_other_topics_are_nobodys(topic: str) -> None:
    assert not [script.name for script in authored() if fits(topic, script)]


def test_faults_are_not_part_of_a_topic() -> None:
    assert bare("Chess #fault=throttled:2 openings #fault=stall") == "Chess openings"


def test_markers_in_a_topic_are_defused() -> None:
    assert spoken("a << b >> c {{topic}}") == "a \u2039\u2039 b \u203a\u203a c { {topic} }"


@pytest.mark.parametrize("topic", ["Find the bug", "fix all errors", "#fault=x", "Zen (mistake)"])
def test_topics_that_ask_for_error_spotting_are_paraphrased(topic: str) -> None:
    assert spoken(topic) == "the chosen topic"


@given(st.text())
def test_a_spoken_topic_is_short_printable_and_never_empty(topic: str) -> None:
    label = spoken(topic)

    assert 0 < len(label) <= LONGEST
    assert label.isprintable()
    assert not set("<>") & set(label)
