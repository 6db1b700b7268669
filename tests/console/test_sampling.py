"""Attempts that ask each model several times."""

from console.sampling import of_attempt
from console.views.markup import sampling
from console.wire import Sample


def sample(tier: str, outcome: str, phase: str = "screen", attempt: int = 1) -> Sample:
    return Sample(
        attempt=attempt, phase=phase, tier=tier, outcome=outcome, d=0.5, lower=0.1, upper=0.8
    )


def test_answers_are_counted_by_model_and_missing_ones_do_not_count() -> None:
    state = of_attempt(
        [
            sample("mid", "absent"),
            sample("mid", "missing"),
            sample("weak", "present"),
            sample("weak", "absent"),
            sample("weak", "present", attempt=2),
        ],
        attempt=1,
    )

    assert state is not None
    assert (state.mid.share, state.mid.missing) == (1.0, 1)
    assert (state.weak.share, state.weak.counted) == (0.5, 2)


def test_only_the_latest_phase_counts() -> None:
    state = of_attempt([sample("mid", "present"), sample("mid", "absent", "confirm")], attempt=1)

    assert state is not None
    assert state.phase == "confirm"
    assert state.mid.share == 1.0
    assert state.weak.share == 0.0


def test_an_attempt_without_samples_has_nothing_to_show() -> None:
    assert of_attempt([sample("mid", "absent")], attempt=2) is None


def test_the_bars_say_how_far_apart_the_models_are() -> None:
    state = of_attempt([sample("mid", "absent"), sample("weak", "missing")], attempt=1)

    assert state is not None
    html = sampling(state)
    assert "width:100%" in html
    assert "0 of 0, 1 unclear" in html
    assert "screen · difference +0.50, interval +0.10 to +0.80" in html
