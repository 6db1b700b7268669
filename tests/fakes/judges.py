"""Two judges, the second of whom may see things otherwise."""

from collections.abc import Callable
from dataclasses import replace

from aqumen.models.request import JsonObject, Request
from aqumen.pipeline.plan import Plan

from .models import Scripted, ScriptedModel
from .pipelines import CAST, offline_answer
from .sampling import bare, sample_of, sampled_model

SECOND = "us.amazon.nova-premier-v1:0"
"""The second judge's model."""


TWO_JUDGES = replace(CAST, judge_2=SECOND)


def with_second(plan: Plan) -> Plan:
    """Return the plan with a second judge."""
    return replace(plan, cast=TWO_JUDGES)


def finds_nothing(said: JsonObject) -> JsonObject:
    """Return a judgement without a single mistake."""
    found = [{**each, "present": "no", "quote": ""} for each in said["findings"]]
    return {**said, "findings": found}


def judging_model(second: Callable[[Request, JsonObject], Scripted]) -> ScriptedModel:
    """Return the offline models, whose second judge makes something of the first one's words."""
    others = sampled_model()

    def answer(request: Request) -> Scripted:
        if request.model == SECOND:
            said = offline_answer(bare(request))
            assert isinstance(said, dict)
            return second(request, said)
        return others._next(request)

    return ScriptedModel(answer)


def disputing(*indexes: int) -> ScriptedModel:
    """Return models whose judges dispute these answers of the weak model's confirmation."""

    places = [("weak", "confirm", index) for index in indexes]

    def second(request: Request, said: JsonObject) -> JsonObject:
        sample = sample_of(request)
        return finds_nothing(said) if sample in places else said

    return judging_model(second)
