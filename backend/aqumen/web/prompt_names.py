"""What prompts are called outside, and whose they are."""

from aqumen.events import DESCRIPTIONS
from aqumen.runs.overrides import TEMPLATES

SITE_NAMES = {
    "step1_difficulty_categories": ("difficulty_categories", 1),
    "step2_error_catalog": ("error_catalog", 2),
    "step3_strategic_question": ("strategic_question", 3),
    "step4_test_sonnet": ("answer_question", 4),
    "step5_test_haiku": ("answer_question", 5),
    "step6_judge_responses": ("judge_answer", 6),
    "step7_student_assessment": ("student_assessment", 7),
}
"""What the deployed site calls the prompts, and whose they are."""

_OF_NO_STEP = "Ask again after an answer that failed its checks, in any step"


def own_name(step: str) -> str:
    """Return the name of the prompt that a path or the site means; an unknown one as it is."""
    name, _ = SITE_NAMES.get(step, (step, 0))
    return name


def steps_of(name: str) -> list[int]:
    """Return the steps that ask with a prompt; none for the one that follows any of them."""
    return [step for step, its in TEMPLATES.items() if its == name]


def description_of(name: str) -> str:
    """Return what a prompt is for, in the words of its steps."""
    return "; ".join(DESCRIPTIONS[step] for step in steps_of(name)) or _OF_NO_STEP
