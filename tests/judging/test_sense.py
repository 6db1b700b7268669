import pytest

from aqumen.judging.sense import same_sense


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("the input is safe to use", "the input is not safe to use"),
        ("the input is safe to use", "the input isn't safe to use"),
        ("works with a lock held", "works without a lock held"),
        ("it is safe to interpolate", "it is unsafe to interpolate"),
        ("an async call in the loop", "a sync call in the loop"),
        ("the loss will increase", "the loss will decrease"),
        ("clip when ratio > 3", "clip when ratio > 8"),
        ("clip when ratio <= 3", "clip when ratio < 3"),
        ("x = a + b", "x = a - b"),
        ("a rate of 0.5", "a rate of 0.05"),
        ("sort by user_id first", "sort by user_ids first"),
        ("call getItem on it", "call getitem on it"),
        ("take the minimum value", "take the maximum value"),
        ("use x in the sum", "use y in the sum"),
        ("the mean of advantages", "the mean"),
        ("这个方法很安全可以使用", "这个方法很不安全可以使用"),
    ],
)
def test_a_change_of_meaning_is_seen(left: str, right: str) -> None:
    assert not same_sense(left, right)
    assert not same_sense(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("we recieve the token", "we receive the token"),
        ("the mean of the group", "mean of group"),
        ("The mean, of advantages.", "the mean of advantages"),
        ("pass `value` on", "pass value on"),
        ("the advantages are summed", "the advantage are summed"),
    ],
)
def test_typing_errors_small_words_and_punctuation_change_nothing(left: str, right: str) -> None:
    assert same_sense(left, right)
    assert same_sense(right, left)
