"""What the logs of runs have to say, whatever happened; each check fails with the run's id.

The money is compared with the offline Bedrock's own record of what it received:

- a call that it answered, and whose answer a step or a sample tells, is counted with its tokens,
  exactly;
- any other call that it received is counted once: with its tokens where the answer came in whole,
  else at least with its prompt's (a refused call, which costs nothing, is not counted);
- a worker that dies may have noted up to `CALLS_PER_RUN` calls that were about to be sent, or had
  just been refused, and a cancel may meet as many that are just being refused: they are counted,
  too, and are all that may be counted beyond the record.

So where no worker was lost and nothing cancelled, calls are equal; where no call was cut, so are
tokens and dollars.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import count, pairwise
from typing import Any, NamedTuple

import pytest

from aqumen.archive.rulings import unfounded
from aqumen.events import Gate, Sample, Usage, parse
from aqumen.models.known import KnownModels
from aqumen.pipeline.cast import JUDGING
from aqumen.pipeline.sampling import spot_of
from aqumen.simulator.faults import HTTP

from .client import Client, seq_of, terminal
from .world import CALLS_PER_RUN

Json = dict[str, Any]

_KNOWN = KnownModels.shipped()
_FREE = frozenset({*HTTP, "hang_up"})
_MILLISECOND = 0.001
"""How exactly an event says when it was stored."""


class Place(NamedTuple):
    """Where in a run a model call stands."""

    step: int
    attempt: int
    answer: int
    call: int


class Told(NamedTuple):
    """A call that is told, and when that was stored."""

    call: Json
    at: str


@dataclass(frozen=True)
class Case:
    """All that is known of one run."""

    client: Client
    log: list[Json]
    """As `GET /api/runs/{id}/events` gives it."""
    row: Json
    """As `GET /api/runs/{id}` gives it."""
    workers: int
    """How many had it, one after the other."""
    received: list[Json]
    """The calls for it that the offline Bedrock received."""
    longest_prompt: int
    """In tokens, of any run's call."""

    @cached_property
    def steps(self) -> list[Json]:
        """The answered steps."""
        return [item["data"] for item in self.log if item["data"].get("type") == "step"]

    @cached_property
    def sampled(self) -> list[Sample | Gate]:
        """The further answers, and what they came to."""
        told = (parse(json.dumps(item["data"])) for item in self.log)
        return [event for event in told if isinstance(event, Sample | Gate)]

    @cached_property
    def told(self) -> dict[Place, Told]:
        """The calls that steps and samples tell, by place."""
        of_steps = {
            Place(step["step_number"], step["attempt"], step["answer"], number): Told(
                call, step["timestamp"]
            )
            for step in self.steps
            for number, call in enumerate(step["calls"], start=1)
        }
        samples = [each for each in self.sampled if isinstance(each, Sample)]
        return of_steps | dict(told for sample in samples for told in _calls_of(sample))

    @cached_property
    def end(self) -> Json:
        """What the run came to, by its own words: of `final` or of `error`."""
        last = self.log[-2]["data"] if self.log[-1]["event"] == "done" else self.log[-1]["data"]
        return {**last, **last.get("metadata", {})}

    @cached_property
    def paid(self) -> list[Json]:
        """The calls received that cost something."""
        return [call for call in self.received if call["fault"] not in _FREE]

    @property
    def interruptions(self) -> int:
        """How often a call of it may have ended without a word."""
        return self.workers - 1 + self.client.cancelled

    @property
    def excess(self) -> int:
        """How many calls are counted that the offline Bedrock does not know of, or did not take."""
        return int(self.end["model_calls"]) - len(self.paid)

    def check(self) -> None:
        """Fail unless everything about the run is as it has to be."""
        for look in _LOOKS:
            try:
                look(self)
            except AssertionError as wrong:
                run = f"run {self.row['run_id']} ({self.client.body}, {self.workers} workers)"
                pytest.fail(f"{run}: {look.__name__}: {wrong}")


def _one_log(case: Case) -> None:
    seqs = [item["seq"] for item in case.log]
    assert seqs == list(range(1, len(seqs) + 1))
    assert case.row["last_seq"] == len(seqs)
    ends = [item["seq"] for item in case.log if item["event"] in ("done", "error")]
    assert ends == [len(seqs)]
    times = [item["data"]["timestamp"] for item in case.log]
    assert times == sorted(times)


def _one_stream(case: Case) -> None:
    """What its client saw: each event once, in order, the same as is stored."""
    if case.client.way == "blocking":
        assert case.client.result == case.log[-2]["data"]
        return
    seen = case.client.seen
    assert [seq_of(block) for block in seen] == list(range(1, len(case.log) + 1))
    assert [json.loads(block.data or "") for block in seen] == [item["data"] for item in case.log]
    assert {(block.id or "").partition(":")[0] for block in seen} == {case.row["run_id"]}
    assert terminal(seen[-1])


def _one_end(case: Case) -> None:
    """The end is the one that was asked for, and the row says the same."""
    end, row = case.end, case.row
    if case.log[-1]["event"] == "done":
        assert row["status"] == ("succeeded" if end["success"] else "no_question")
    else:
        assert case.client.cancelled, f"it ended in {end['code']}"
        assert (
            (row["status"], row["error_code"])
            == ("cancelled", "cancelled")
            == ("cancelled", end["code"])
        )
    money = ("usage", "model_calls", "cost_estimated")
    assert {name: row[name] for name in money} == {name: end[name] for name in money}
    assert row["cost_usd"] == pytest.approx(end["cost_usd"])


def _no_step_twice(case: Case) -> None:
    steps = Counter((s["step_number"], s["attempt"], s["answer"]) for s in case.steps)
    starts = [item["data"] for item in case.log if item["event"] == "step_started"]
    begun = Counter((start["step_number"], start["attempt"]) for start in starts)
    assert set(steps.values()) | set(begun.values()) <= {1}
    progress = [item["data"] for item in case.log if item["event"] == "progress"]
    for name in ("percent", "model_calls", "cost_usd"):
        assert all(a[name] <= b[name] for a, b in pairwise(progress)), name


def _sampled_once(case: Case) -> None:
    """No further answer and no ruling is told twice, and each ruling follows from the answers."""
    told = Counter(
        (each.attempt, each.phase, (each.tier, each.index) if isinstance(each, Sample) else None)
        for each in case.sampled
    )
    assert set(told.values()) <= {1}
    assert not list(unfounded(case.sampled, case.log[0]["data"]["max_attempts"]))


def _nothing_asked_again(case: Case) -> None:
    """No call came in after its answer was stored, and none was answered twice to one worker."""
    stored = {
        place: datetime.fromisoformat(told.at).timestamp() for place, told in case.told.items()
    }
    for call in case.received:
        late = call["received_at"] - stored.get(place_of(call), float("inf"))
        assert late <= _MILLISECOND, f"{place_of(call)} was asked {late:.3f} s after it was stored"
    answered = Counter(place_of(call) for call in case.received if call["usage"])
    for place, times in answered.items():
        assert times <= case.workers, f"{place} was answered {times} times"


def _money(case: Case) -> None:
    """The sums of the run are those of the calls that were received."""
    doubtful = CALLS_PER_RUN * case.interruptions
    end, paid = case.end, case.paid
    assert len(paid) <= end["model_calls"] <= len(paid) + doubtful, (
        f"{len(paid)} calls were paid for, {end['model_calls']} are counted"
    )
    others = _others(case)
    calls = [told.call for told in case.told.values()]
    told = [_usage(call["usage"]) for call in calls]
    least = sum(usage.input_tokens for usage in told) + sum(map(_least, others))
    most = sum(usage.input_tokens for usage in told) + sum(map(_most, others))
    most += doubtful * case.longest_prompt
    counted = end["usage"]["input_tokens"]
    assert least <= counted <= most, (
        f"{counted} tokens were read, {least} to {most} are due: {others}"
    )
    assert end["usage"]["output_tokens"] >= sum(usage.output_tokens for usage in told)
    dollars = sum(_KNOWN.cost_usd(call["model"], _usage(call["usage"])) for call in calls)
    assert end["cost_usd"] >= dollars - 1e-9
    if not end["cost_estimated"]:
        assert end["model_calls"] == len(paid)
        exact = [(call["model"], _bedrocks(call["usage"])) for call in paid]
        assert _usage(end["usage"]) == sum((usage for _, usage in exact), Usage())
        assert end["cost_usd"] == pytest.approx(sum(_KNOWN.cost_usd(*each) for each in exact))


def _others(case: Case) -> list[Json]:
    """The calls received that cost something and whose answers nothing tells."""
    by_place: defaultdict[Place, list[Json]] = defaultdict(list)
    for call in case.paid:
        by_place[place_of(call)].append(call)
    for place, told in case.told.items():
        usage = _usage(told.call["usage"])
        fits = [got for got in by_place[place] if got["usage"] and _bedrocks(got["usage"]) == usage]
        assert fits, f"{place} tells an answer that was never given"
        by_place[place].remove(fits[-1])
    return [call for calls in by_place.values() for call in calls]


_LOOKS = (
    _one_log,
    _one_stream,
    _one_end,
    _no_step_twice,
    _sampled_once,
    _nothing_asked_again,
    _money,
)


def _calls_of(sample: Sample) -> Iterator[tuple[Place, Told]]:
    """Yield the calls a sample tells: an answer, then its one judge's, as often as it was asked."""
    spot, judgement = spot_of(sample), count(1)
    for call in sample.calls:
        told = Told(call.model_dump(mode="json"), sample.timestamp.isoformat())
        if call is sample.calls[0]:
            yield Place(spot.step, sample.attempt, 1, spot.number), told
        else:
            yield Place(JUDGING, sample.attempt, next(judgement), spot.judged_as(0)), told


def place_of(call: Json) -> Place:
    """Return where in its run a received call says it stands."""
    return Place(*(int(call["metadata"][name]) for name in Place._fields))


def _least(call: Json) -> int:
    return int(call["prompt_tokens"])


def _most(call: Json) -> int:
    return max(int(call["prompt_tokens"]), _bedrocks(call["usage"]).input_tokens)


def _usage(told: Json) -> Usage:
    return Usage.model_validate(told)


def _bedrocks(usage: Json | None) -> Usage:
    given = usage or {"inputTokens": 0, "outputTokens": 0}
    return Usage(input_tokens=given["inputTokens"], output_tokens=given["outputTokens"])
