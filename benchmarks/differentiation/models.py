"""The models of a world, behind the pipeline's own door to a model service."""

import json
import random
import re
from dataclasses import dataclass

from aqumen.models.cancel import Cancel
from aqumen.models.request import JsonObject, Reply, Request
from aqumen.runs.forecast import TYPICAL
from aqumen.simulator.mind import Asked
from aqumen.simulator.page import Page
from aqumen.simulator.script import authored
from aqumen.simulator.scripted import Scripted
from aqumen.simulator.topic import fits

from .world import World

TOPIC = "SQL transactions and isolation levels"
"""Its catalog and its question are the offline content's."""

_LINE = re.compile(r"Point (\d) was done (well|badly) in draft \w+\.")


def names() -> list[str]:
    """Return the catalog's mistakes, in its order."""
    script = max(authored(), key=lambda each: fits(TOPIC, each))
    return [entry.mistake for entry in script.mistakes]


@dataclass(frozen=True, slots=True)
class WorldModels:
    """Plays all parts: strong, mid, weak and judge. The same seed says the same."""

    world: World
    seed: str
    mistakes: tuple[str, ...]

    def answer(self, request: Request, cancel: Cancel) -> Reply:
        """Answer at once."""
        cancel.check()
        step = int(request.metadata["step"])
        chance = random.Random(f"{self.seed} {sorted(request.metadata.items())}")
        if step in {4, 5}:
            # A first answer is asked for again until it is whole: rejected ones are no sample.
            cut = bool(request.metadata.get("sample")) and chance.random() < self.world.missing
            return _reply(step, self._answer(step - 4, chance), "max_tokens" if cut else "end_turn")
        if step == 6:
            said = self._judgement(Page.read(request.prompt), chance)
        elif step == 7:
            said = self._assessment(request.prompt)
        else:
            said = _offline(request)
        return _reply(step, json.dumps(said), "tool_use", said)

    def _answer(self, tier: int, chance: random.Random) -> str:
        lines = [
            f"Point {number} was done "
            f"{'well' if chance.random() < self.world.of(number)[tier] else 'badly'} "
            f"in draft {chance.getrandbits(40):x}."
            for number in range(len(self.mistakes))
        ]
        return "\n".join(
            ["### OUTPUT", *lines, "### RATIONALE", "So.", "### CONSIDERATIONS", "None."]
        )

    def _judgement(self, page: Page, chance: random.Random) -> JsonObject:
        found = {int(line[1]): line for line in _LINE.finditer(page.answer)}
        findings = []
        for entry in page.entries:
            line = found[self.mistakes.index(entry)]
            made = line[2] == "badly"
            right = chance.random() < (self.world.sensitivity if made else self.world.specificity)
            says = made if right else not made
            findings.append(
                {
                    "mistake": entry,
                    "quote": line[0] if says else "",
                    "reason": "As it stands.",
                    "present": "yes" if says else "no",
                }
            )
        return {"findings": findings, "quality_score": 5}

    def _assessment(self, prompt: str) -> JsonObject:
        name = next(name for name in self.mistakes if name in prompt)
        lines = [f"Line {number} of a text." for number in range(1, 25)]
        lines[4] = f"<<{name}>>"
        error = {"id": name, "description": name, "mistake": name}
        return {
            "title": "A text",
            "content_type": "prose",
            "content": lines,
            "errors": [error],
        }


def _offline(request: Request) -> JsonObject:
    tool = request.tool.name if request.tool else None
    return Scripted().answer(Asked(request.model, request.prompt, tool)).tool_input or {}


def _reply(step: int, text: str, stop_reason: str, said: JsonObject | None = None) -> Reply:
    """Return an answer of the length that is typical of its step."""
    return Reply(text, said, stop_reason, TYPICAL[step], 0.0, 0.0)
