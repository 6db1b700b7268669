"""What forks and rejudgements answer, by example, for `/docs`."""

from aqumen.events import Usage
from aqumen.pipeline.judges import MID, WEAK
from aqumen.runs.forecast import ExpectedCall, Forecast, Sum
from aqumen.store.records import Branch

from .answers import Branched, places
from .examples import MODEL, RUN, Responses, like
from .foreseen import Foreseen

_CHILD = "01M81K3Q2R9GX0V6C8Y5ZP7D1H"


def _branched(kind: str, number: int | None) -> dict[str, object]:
    return Branched.model_validate(
        {
            "run_id": _CHILD,
            "status": "queued",
            **places(_CHILD),
            "kind": kind,
            "parent": RUN,
            "from_step": 6,
            "from_attempt": 1,
            "rejudge_number": number,
        }
    ).model_dump(mode="json")


def _call(step: int, label: str, taken: tuple[int, int], cost_usd: float) -> ExpectedCall:
    usage = Usage(input_tokens=taken[0], output_tokens=taken[1])
    return ExpectedCall(step, label, MODEL, 1.0, usage, cost_usd, from_parent=True)


_FORESEEN = Foreseen.of(
    Forecast(
        branch=Branch(RUN, 6, 1),
        calls=(
            _call(6, MID, (2557, 331), 0.0232),
            _call(6, WEAK, (2444, 450), 0.0258),
            _call(7, "", (2028, 821), 0.0337),
        ),
        attempts_left=1,
        likely=Sum(3, 7029, 1602, 0.0827),
        at_most=Sum(3, 7029, 1602, 0.0827),
        unpriced=(),
    ),
    "2026-11-22",
)

_DRY: Responses = {
    200: {
        "description": "With `dry_run`: the calls it would make, and about what they would cost",
        "model": Foreseen,
        "content": {"application/json": like("foreseen")},
    }
}

EXAMPLES = {
    "fork": {"value": _branched("fork", None)},
    "rejudgement": {"value": _branched("rejudge", 1)},
    "foreseen": {"value": _FORESEEN.model_dump(mode="json")},
}
"""The document's shared examples."""

FORK: Responses = {
    **_DRY,
    202: {"description": "The new run", "content": {"application/json": like("fork")}},
}
"""What a fork answers."""
REJUDGE: Responses = {
    **_DRY,
    202: {"description": "The new run", "content": {"application/json": like("rejudgement")}},
}
"""What a rejudgement answers."""
