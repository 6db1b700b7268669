"""Models of which each answer of a sampled attempt can be chosen."""

import re
from collections.abc import Callable
from dataclasses import replace

from aqumen.events import Event, Gate, Sample
from aqumen.models.request import JsonObject, Reply, Request

from .models import Scripted, ScriptedModel, text_reply
from .pipelines import CAST, offline_answer

Choice = Scripted
"""`mid` or `weak`: the answer of that tier; or what comes instead."""
Choose = Callable[[str, str, int], Choice]
"""Of the tier, the phase and the index of an answer."""

_SAMPLE = re.compile(r"(mid|weak)-tier answer, (screen|confirm) (\d+)")


def sample_of(request: Request) -> tuple[str, str, int] | None:
    """Return tier, phase and index of the sample a request is for."""
    found = _SAMPLE.fullmatch(request.metadata.get("sample", ""))
    return (found[1], found[2], int(found[3])) if found else None


def sampled_model(
    choose: Choose = lambda tier, _phase, _index: tier,
    judge: Callable[[str, str, int], JsonObject | None] = lambda *_: None,
) -> ScriptedModel:
    """Return a model whose samples are chosen; each tier answers as itself unless said."""

    def answer(request: Request) -> Choice:
        sample = sample_of(request)
        if sample is not None and request.metadata["step"] == "6":
            instead = judge(*sample)
            return instead if instead is not None else offline_answer(bare(request))
        if sample is None:
            return offline_answer(bare(request))
        chosen = choose(*sample)
        if chosen not in ("mid", "weak"):
            return chosen
        as_model = CAST.mid if chosen == "mid" else CAST.weak
        return offline_answer(replace(bare(request), model=as_model))

    return ScriptedModel(answer)


def bare(request: Request) -> Request:
    """Return a request that does not say which sample it is for."""
    return replace(request, metadata={})


def confirming(mid_fails: int = 0, weak_avoids: int = 0) -> Choose:
    """Choose so that the first so many answers of a confirmation are those of the other tier."""

    def choose(tier: str, phase: str, index: int) -> str:
        swapped = mid_fails if tier == "mid" else weak_avoids
        other = {"mid": "weak", "weak": "mid"}[tier]
        return other if phase == "confirm" and index <= swapped else tier

    return choose


def cut_short() -> Reply:
    """Return an answer that was cut off."""
    return text_reply("### OUTPUT\nNot all of", stop_reason="max_tokens")


def samples_in(events: list[Event], phase: str = "confirm", attempt: int = 1) -> list[Sample]:
    """Return the judged answers of a phase."""
    return [
        event
        for event in events
        if isinstance(event, Sample) and (event.phase, event.attempt) == (phase, attempt)
    ]


def gates_in(events: list[Event]) -> list[Gate]:
    """Return what the phases came to."""
    return [event for event in events if isinstance(event, Gate)]
