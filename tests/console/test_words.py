"""How numbers and untrusted text are written."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0.0 s"), (4.12, "4.1 s"), (12.4, "12 s"), (185, "3 min 05 s"), (3725, "1 h 02 min")],
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("usd", "said"),
    [(0, "$0.00"), (0.0042, "$0.0042"), (0.0912, "$0.091"), (1.5, "$1.50")],
)
def test_money(usd: float, said: str) -> None:
    assert words.money(usd) == said
    assert words.money(usd, estimated=True) == f"≈ {said}"


@pytest.mark.parametrize(
    ("number", "said"), [(950, "950"), (12_340, "12.3k"), (999_960, "1.0M"), (2_500_000, "2.5M")]
)
def test_counts(number: int, said: str) -> None:
    assert words.count(number) == said


def test_counted_things() -> None:
    assert (words.counted(1, "call"), words.counted(3, "call")) == ("1 call", "3 calls")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("us.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-lite-v1:0", "nova-lite"),
        ("", ""),
    ],
)
def test_model_names(model: str, said: str) -> None:
    assert words.model_name(model) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=3), "12 Nov"),
        (timedelta(days=400), "11 Oct 2025"),
    ],
)
def test_moments(before: timedelta, said: str) -> None:
    now = datetime(2026, 11, 15, 12, tzinfo=UTC)

    assert words.ago(now - before, now) == said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(4, 5, "+25 %"), (4, 3, "-25 %"), (4, 4, ""), (0, 3, ""), (1, 40, "40 times")],
)
def test_changes(before: float, after: float, said: str) -> None:
    assert words.change(before, after) == said


def test_json_is_laid_out_and_other_text_stays() -> None:
    assert words.laid_out('{"a":["é"]}') == '{\n  "a": [\n    "é"\n  ]\n}'
    assert words.laid_out("a: b\n") == "a: b\n"
    assert words.laid_out("[" * 100_000) == "[" * 100_000


def test_file_names_hold_nothing_surprising() -> None:
    assert words.file_name("../GRPO: in RL?") == "grpo-in-rl"
    assert words.file_name("***") == "run"


@given(st.text(max_size=60))
def test_plain_text_has_no_mark_left_that_markdown_would_read(text: str) -> None:
    plain = words.plain(text)

    assert "\n" not in plain
    shown = re.sub(r"(?:^|(?<= ))`[^`]+`", "", plain)  # code is not read
    for at, character in enumerate(shown):
        if character in "*_[]()<>`!:$~#|":
            assert shown[at - 1] == "\\"


@pytest.mark.parametrize(
    "address", ["https://evil.example/a", "www.evil.example", "a@evil.example"]
)
def test_an_address_is_shown_as_code_and_is_no_link(address: str) -> None:
    assert words.plain(f"See {address}.") == f"See `{address}`\\."


@pytest.mark.parametrize("word", ["#fault=slow@3", "@property", "a@b", "what://", "C#"])
def test_what_only_resembles_an_address_is_plain_text(word: str) -> None:
    plain = words.plain(f"About {word}")

    assert "`" not in plain
    assert plain.replace("\\", "") == f"About {word}"


def test_names_of_pictures_stay_names() -> None:
    plain = words.plain("At 10:30 :streamlit: :+1:")

    assert plain.replace("\u2060", "").replace("\\", "") == "At 10:30 :streamlit: :+1:"
    assert ":streamlit" not in plain
    assert ":+1" not in plain.replace("\\", "")
