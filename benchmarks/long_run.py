"""A run of sixty answers, one of them very long, made of one that really happened."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aqumen.store.records import Stored
from aqumen.store.store import Store
from aqumen.store.whole import WholeRun

ATTEMPTS, ANSWERS = 5, 3
"""Each answer of steps 3 to 6 is told so often: 60 in all, and those of steps 1, 2 and 7."""
LONG = 200_000
"""Characters of step 5's last answer in the last attempt."""

Data = dict[str, Any]


def put(database: Path, run: WholeRun) -> int:
    """Store the run, told that often, in a database of its own; return how many answers it has."""
    told = list(_stretched([json.loads(event.data) for event in run.events]))
    events = tuple(_stored(seq, data) for seq, data in enumerate(told, start=1))
    record = run.run.model_copy(update={"last_seq": len(events)})
    store = Store(f"sqlite:///{database}")
    store.open()
    try:
        store.shelf.put(WholeRun(record, run.prompts, events))
    finally:
        store.close()
    return sum(data["type"] == "step" for data in told)


def _stretched(told: list[Data]) -> Iterator[Data]:
    repeated = [data for data in told if _of_attempt(data)]
    first, last = told.index(repeated[0]), told.index(repeated[-1])
    yield from (data for data in told[:first] if data["type"] != "retry")
    for attempt in range(1, ATTEMPTS + 1):
        for data in repeated:
            yield from _again(data | {"attempt": attempt})
    yield from told[last + 1 :]


def _of_attempt(data: Data) -> bool:
    number = data.get("step_number") or 0
    return data["type"] in {"step_started", "step"} and number in range(3, 7)


def _again(data: Data) -> Iterator[Data]:
    if data["type"] == "step_started":
        yield data
        return
    for answer in range(1, ANSWERS):
        failed = [{"name": "made_up", "passed": False, "detail": "It is asked again."}]
        yield data | {"answer": answer, "success": False, "checks": failed, "evidence": []}
    yield _long(data) | {"answer": ANSWERS}


def _long(data: Data) -> Data:
    if (data["attempt"], data["step_number"]) != (ATTEMPTS, 5):
        return data
    text = data["response_full"]
    text = (text + "\n\n") * (LONG // len(text) + 1)
    return data | {"response_full": text, "calls": [data["calls"][0] | {"response": text}]}


def _stored(seq: int, data: Data) -> Stored:
    kind: str = data["type"]
    name = "step" if kind == "final" else kind
    text = json.dumps(data | {"seq": seq}, ensure_ascii=False, separators=(",", ":"))
    return Stored(seq, name, kind, text)
