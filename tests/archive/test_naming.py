"""Names of files, whatever the topic."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.archive.naming import stem

RUN_ID = "01M87XW3AM339R5T2RE2812AZT"


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("GRPO in RL", f"grpo-in-rl-{RUN_ID}"),
        ("Crème brûlée", f"creme-brulee-{RUN_ID}"),
        ("../../etc/passwd", f"etc-passwd-{RUN_ID}"),
        ('x"\r\nSet-Cookie: a=b', f"x-set-cookie-a-b-{RUN_ID}"),
        ("勾配降下法", f"run-{RUN_ID}"),
    ],
)
def test_a_file_is_named_after_the_topic_and_the_run(topic: str, name: str) -> None:
    assert stem(topic, RUN_ID) == name


@given(st.text(max_size=200))
def test_a_name_is_safe_anywhere(topic: str) -> None:
    assert re.fullmatch(
        r"[a-z0-9][a-z0-9-]{2,60}-[0-9A-Z]{26}|[a-z0-9-]{1,60}-[0-9A-Z]{26}", stem(topic, RUN_ID)
    )
    assert len(stem(topic, RUN_ID)) < 100
