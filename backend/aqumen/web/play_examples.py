"""What the exercise's API answers, by example, for `/docs`."""

from aqumen.events import Assessment
from aqumen.play.scoring import Mark, score
from aqumen.play.sheet import Sheet

from .examples import EXAMPLES as OTHERS
from .examples import RUN, Responses, like
from .play_shapes import Exercise, Scored, Share

_TOKEN = "mVb0q2o3fH7m1Zs9kq4T8yXcJr5LwEoNnUuQdPaGiVE"  # noqa: S105 - an example of one


_SHEET = Sheet.of(Assessment.model_validate(OTHERS["result"]["value"]["assessment"]))
_CHOSEN = [Mark(line, *_SHEET.lines[line - 1].pieces[0]) for line in (1, 2)]
_SHARE = Share(run_id=RUN, token=_TOKEN, play_url=f"/api/play/{_TOKEN}")

EXAMPLES = {
    "share": {"value": _SHARE.model_dump(mode="json")},
    "exercise": {"value": Exercise.of(_SHEET).model_dump(mode="json")},
    "scored": {"value": Scored.of(_SHEET, score(_SHEET, _CHOSEN)).model_dump(mode="json")},
}
"""The document's shared examples."""


def _answers(example: str, description: str) -> Responses:
    return {200: {"description": description, "content": {"application/json": like(example)}}}


SHARE = _answers("share", "The link's token, and where its exercise is")
EXERCISE = _answers("exercise", "The exercise without its answers")
SCORED = _answers("scored", "What was found, what was missed, and what was a false alarm")
