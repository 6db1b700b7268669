"""Pipelines whose models answer at once, from the offline content or from a script."""

from collections.abc import Callable

from aqumen.events import Event, Step
from aqumen.models.asking import Asker, RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.models.patience import Patience
from aqumen.models.request import Request
from aqumen.models.slots import Slots
from aqumen.order import Order
from aqumen.pipeline.cast import Cast
from aqumen.pipeline.pipeline import Pipeline
from aqumen.pipeline.plan import Plan
from aqumen.simulator.mind import Asked
from aqumen.simulator.scripted import Scripted
from aqumen.templates import Prompts

from .models import Scripted as Answer
from .models import ScriptedModel

CAST = Cast(
    strong="us.anthropic.claude-opus-4-6-v1",
    mid="us.anthropic.claude-sonnet-4-6",
    weak="us.anthropic.claude-haiku-4-5-20251001-v1:0",
    judge="us.anthropic.claude-opus-4-6-v1",
)
FIRST_TIME = "SQL transactions and isolation levels"
"""A topic that differentiates in its first attempt."""
SECOND_TIME = "GRPO in RL"
NEVER = "FizzBuzz in Python"
REJECTED_AT_2 = "Kubernetes rollouts without downtime"
REJECTED_AT_7 = "Rate limiting with Redis"


def offline_answer(request: Request) -> Answer:
    """Answer as the offline Bedrock would, without its wire."""
    asked = Asked(
        model_id=request.model,
        prompt=request.prompt,
        tool_name=request.tool.name if request.tool else None,
        metadata=request.metadata,
    )
    said = Scripted().answer(asked)
    return said.tool_input if said.tool_input is not None else said.text or ""


def offline_model(instead: Callable[[Request], Answer | None] = lambda _: None) -> ScriptedModel:
    """Return a model with the offline content, and something else where `instead` says so."""

    def answer(request: Request) -> Answer:
        other = instead(request)
        return offline_answer(request) if other is None else other

    return ScriptedModel(answer)


def pipeline_on(model: ScriptedModel) -> Pipeline:
    """Return a pipeline that waits for nothing."""
    patience = Patience(base_seconds=0.0, cap_seconds=0.0)
    return Pipeline(Asker(model, KnownModels.shipped(), patience, Slots(16)))


def plan_of(topic: str, **order: object) -> Plan:
    """Return a plan with the shipped prompts."""
    return Plan(
        Order.model_validate({"topic": topic, **order}), CAST, Prompts.shipped(), simulated=True
    )


def scope(run_id: str = "run-1") -> RunScope:
    """Return a scope of its own."""
    return RunScope(run_id, Cancel())


def told(model: ScriptedModel, plan: Plan, within: RunScope | None = None) -> list[Event]:
    """Run a plan to its end and return its events."""
    items = pipeline_on(model).run(plan, within or scope())
    return [item for item in items if isinstance(item, Event)]


def steps_of(events: list[Event]) -> list[Step]:
    """Return the answered steps among events."""
    return [event for event in events if isinstance(event, Step)]
