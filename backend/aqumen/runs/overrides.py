"""What a branch changes: prompt texts and models, each the business of certain steps."""

import re
from collections.abc import Collection, Mapping

from aqumen.errors import Conflict, InvalidOrder
from aqumen.models.known import KnownModels, public_id
from aqumen.pipeline.cast import PARTS, ROLES, roles_of
from aqumen.templates import Prompts, Template

TEMPLATES = {
    1: "difficulty_categories",
    2: "error_catalog",
    3: "strategic_question",
    4: "answer_question",
    5: "answer_question",
    6: "judge_answer",
    7: "student_assessment",
}
"""The prompt text each step asks with."""

_IDS_OF_ALL = ("foundation-model", "inference-profile")
"""What may come in an ARN before an id that means the same in every account."""
_MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{2,511}")


def prompts_with(
    own: Prompts, changes: Mapping[str, str], from_step: int, shipped: Prompts
) -> Prompts:
    """Return a run's prompts with some texts changed, for one that begins to ask at a step.

    Raises InvalidOrder for a text that cannot stand in for the shipped one, or that no step from
    there on would ask with; and Conflict where the run's own texts are of another version.
    """
    for name, text in changes.items():
        field = f"prompts.{name[:40]}"
        if name not in shipped.texts:
            names = ", ".join(shipped.texts)
            raise InvalidOrder(f"There is no prompt {name[:40]!r}; there are {names}.", field=field)
        _check_effect(name, TEMPLATES, from_step, field)
        if (misfit := Template(name, text).misfit(instead_of=shipped[name])) is not None:
            raise InvalidOrder(misfit, field=field)
    texts = {**shipped.texts, **own.texts, **changes}
    if any(Template(name, texts[name]).misfit(instead_of=shipped[name]) for name in shipped.texts):
        raise Conflict("The prompts of that run do not fit this version of the server.")
    return Prompts(texts)


def models_with(
    own: Mapping[str, str], changes: Mapping[str, str], from_step: int
) -> dict[str, str]:
    """Return the model ids by role with some changed; raises InvalidOrder like `prompts_with`."""
    for role, model_id in changes.items():
        field = f"models.{role[:40]}"
        if role not in PARTS:
            roles = ", ".join(PARTS)
            raise InvalidOrder(f"There is no role {role[:40]!r}; there are {roles}.", field=field)
        asked = {step: role for step in ROLES if role in roles_of(step)}
        _check_effect(role, asked, from_step, field)
        if not _MODEL_ID.fullmatch(model_id):
            raise InvalidOrder(f"The id of the {role} model is no model id.", field=field)
    return {**own, **changes}


def reachable(
    models: Mapping[str, str], ours: Collection[str], asked: Collection[str]
) -> dict[str, str]:
    """Return model ids by role as they can be asked: an import has ARNs without their account.

    `ours` are the ids of this server, which may have the same models in full. Raises InvalidOrder
    for a role that is asked and whose model only its own account knows.
    """
    full = {public_id(model_id): model_id for model_id in ours}
    return {
        role: full.get(model_id) or _reachable(role, model_id, asked=role in asked)
        for role, model_id in models.items()
    }


def check_priced(
    models: Mapping[str, str],
    chosen: Collection[str],
    ours: Collection[str],
    asked: Collection[str],
    known: KnownModels,
) -> None:
    """Raise InvalidOrder for a model that is asked, is none of `ours` and has no known price.

    Its calls would count as nothing, whatever they cost: no budget would end them. `chosen` are the
    roles whose models were; the others are the run's own.
    """
    for role in asked:
        model_id = models.get(role)
        if model_id is None or model_id in ours or known.facts(model_id).priced:
            continue
        own = "" if role in chosen else f", the run's own {role} model"
        raise InvalidOrder(
            f"No price is known for {public_id(model_id)}{own}, and this server keeps budgets: "
            f"choose another {role} model.",
            field=f"models.{role}",
        )


def _reachable(role: str, model_id: str, *, asked: bool) -> str:
    kind, slash, name = model_id.partition("/")
    if not slash or kind.startswith("arn:"):
        return model_id
    if kind in _IDS_OF_ALL:
        return name
    if asked:
        raise InvalidOrder(
            f"The {role} model of that run, {model_id}, was imported without the AWS account it "
            "belongs to: say which model to ask instead.",
            field=f"models.{role}",
        )
    return model_id


def _check_effect(name: str, of_step: Mapping[int, str], from_step: int, field: str) -> None:
    """Raise InvalidOrder if all that a change is about is reused, or a part of it.

    Steps 4 and 5 ask in the same words: to change those for one of them alone would be to compare
    answers to different questions.
    """
    steps = [step for step, its in of_step.items() if its == name]
    if not steps or max(steps) == 7:
        return  # asked with on the way back from a rejected answer, or at the very end
    if min(steps) < from_step:
        whose = " and ".join(f"step {step}" for step in steps)
        raise InvalidOrder(
            f"{name} belongs to {whose}, whose answers are reused from before step {from_step}: "
            f"to change it would have no effect. Fork from step {min(steps)} or earlier.",
            field=field,
        )
