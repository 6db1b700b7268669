"""`python -m benchmarks.prompt_cache`: what a certified question takes with and without a cache.

On the offline Bedrock, whose cache keeps to each model's floor as the known models' file has it.
"""

from contextlib import closing

from aqumen.assemble import cast_of
from aqumen.events import Final, Metadata
from aqumen.machinery import build
from aqumen.models.asking import RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.order import Order
from aqumen.pipeline.plan import Plan
from aqumen.settings import Settings
from aqumen.templates import Prompts

from .table import Row, show

TOPIC = "SQL transactions and isolation levels"
_LONG = "\n\nHouse rules for every answer:\n" + "State units, and say what you assume. " * 450
"""About 4,200 tokens, as a text of an operator's own may have them."""
_SPEED = 20.0
"""Answers take time, so that calls at once are at once: then each of them writes."""


def show_prompt_cache() -> None:
    """Make the same question four times, and print what each took."""
    shipped = Prompts.shipped()
    asking = "answer_question"
    long = Prompts({**shipped.texts, asking: shipped.texts[asking] + _LONG}, shipped.numbers)
    names = ["shipped, off", "shipped, on", "long, off", "long, on"]
    bills = [_bill(prompts, setting) for prompts in (shipped, long) for setting in ("off", "on")]
    rows = [
        Row("input tokens", [bill.usage.input_tokens for bill in bills], 0),
        Row("read from the cache", [bill.usage.cache_read_tokens for bill in bills], 0),
        Row("written to it", [bill.usage.cache_write_tokens for bill in bills], 0),
        Row("output tokens", [bill.usage.output_tokens for bill in bills], 0),
        Row("model calls", [bill.model_calls for bill in bills], 0),
        Row("USD", [bill.cost_usd for bill in bills], 4),
    ]
    show("A certified question, by AQUMEN_PROMPT_CACHE", names, rows)


def _bill(prompts: Prompts, setting: str) -> Metadata:
    settings = Settings.model_validate(
        {"model_backend": "simulator", "simulator_speed": _SPEED, "prompt_cache": setting}
    )
    order = Order.model_validate({"topic": TOPIC, "rigor": "certified", "difficulty": "Advanced"})
    plan = Plan(order, cast_of(settings), prompts, simulated=True)
    with closing(build(settings, KnownModels.shipped())) as machinery:
        # The same id each time: subtopic, keys and answers follow from it.
        told = machinery.pipeline.run(plan, RunScope("01M81J10W4EW0KC9331TNW44FN", Cancel()))
        (final,) = [event for event in told if isinstance(event, Final)]
    return final.metadata


if __name__ == "__main__":
    show_prompt_cache()
