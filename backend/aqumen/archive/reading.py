"""Reading the JSON form of a run back, from a file that anybody may have written."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import to_json

from aqumen.errors import ExportDamaged
from aqumen.events import AnyEvent, Final, Start, Terminal, parse
from aqumen.pipeline.cast import PARTS
from aqumen.store.log import outcome
from aqumen.store.records import Stored
from aqumen.store.whole import MOST, Count, RunRecord, WholeRun
from aqumen.store.words import kept
from aqumen.templates import Prompts

from .form import FORMAT, VERSION, digest
from .rulings import unfounded

MOST_BYTES = 64 * 1024 * 1024
"""Of a file; a run takes a few hundredths of it at most."""
_ROLES = tuple(role for role in PARTS if role != "judge_2")
"""Of every run; some have a second judge besides."""


class _Head(BaseModel):
    model_config = ConfigDict(extra="ignore")

    format: Literal["aqumen-run"]
    version: int


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    text: str


def _countable(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return a value; raises ValueError if a number in it is none that a run can come to."""
    left: list[JsonValue] = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict | list):
            left.extend(part.values() if isinstance(part, dict) else part)
        elif isinstance(part, int | float) and not abs(part) <= MOST:
            raise ValueError("no number of a run")
    return value


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seq: Count
    event: Annotated[str, Field(max_length=16)]
    data: Annotated[dict[str, JsonValue], AfterValidator(_countable)]

    def stored(self) -> Stored:
        # The log was written by the same serializer: what it wrote comes out as it was.
        text = to_json(self.data).decode()
        return Stored(self.seq, self.event, str(self.data.get("type", "")), text)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: str
    version: int
    simulated: bool
    run: RunRecord
    prompts: dict[Annotated[str, Field(max_length=64)], _Text]
    log_sha256: str
    events: list[_Line]


def read(file: bytes) -> WholeRun:
    """Return the run of a file in the JSON form; raises ExportDamaged, with what is wrong."""
    form = _form(file)
    events = tuple(line.stored() for line in form.events)
    whole = WholeRun(form.run, _prompts(form), events)
    if digest(events) != form.log_sha256 or form.simulated != form.run.simulated:
        raise ExportDamaged("The log is not the one that was exported.")
    check(whole)
    return whole


def check(whole: WholeRun) -> None:
    """Raise ExportDamaged unless a log is a whole one, and tells what its run's record says."""
    if not {*_ROLES} <= whole.run.models.keys() <= {*PARTS}:
        raise ExportDamaged(f"The run's models are not those of {', '.join(_ROLES)}.")
    if whole.run.ended_at < whole.run.created_at:
        raise ExportDamaged("The run's end is before its beginning.")
    for seq, stored in enumerate(whole.events, 1):
        if stored.seq != seq:
            raise ExportDamaged(f"Where event {seq} should be, the log has event {stored.seq}.")
    told = [_event(whole.run, stored) for stored in whole.events]
    if whole.run.last_seq != len(told):
        raise ExportDamaged(f"The run has {whole.run.last_seq} events, and the log {len(told)}.")
    _check_ends(told)
    wrong = next(_contradictions(whole.run, told), None)
    if wrong is not None:
        raise ExportDamaged(f"The run's {wrong} is not what its log says.")
    claimed = next(unfounded(told, whole.run.order.max_attempts), None)
    if claimed is not None:
        raise ExportDamaged(claimed)


def _form(file: bytes) -> _Form:
    try:
        head = _Head.model_validate_json(file)
    except ValidationError as unreadable:
        raise ExportDamaged from unreadable
    if head.version != VERSION:
        raise ExportDamaged(
            f"The file is in version {head.version} of the form {FORMAT}; "
            f"this release reads version {VERSION}."
        )
    try:
        return _Form.model_validate_json(file)
    except ValidationError as wrong:
        raise ExportDamaged(f"{_place(wrong)} is missing, wrong or unknown.") from wrong


def _place(wrong: ValidationError) -> str:
    """Return where a file first differs from the form; what it holds there is not repeated."""
    known = {*_Form.model_fields, *_Line.model_fields, *_Text.model_fields}
    known |= RunRecord.model_fields.keys()
    steps = [str(step) for step in wrong.errors()[0]["loc"]]
    named = [step for step in steps if step in known or step.isdecimal()]
    return ".".join(named) or "Something"


def _prompts(form: _Form) -> Prompts:
    prompts = Prompts({name: kept.text for name, kept in form.prompts.items()})
    if prompts.versions != {name: kept.version for name, kept in form.prompts.items()}:
        raise ExportDamaged("A prompt text is not of the version it is said to be.")
    return prompts


def _event(run: RunRecord, stored: Stored) -> AnyEvent:
    try:
        event = parse(stored.data)
    except ValidationError as unreadable:
        raise ExportDamaged(f"Event {stored.seq} cannot be read.") from unreadable
    if (event.run_id, event.seq, event.name) != (run.id, stored.seq, stored.name):
        raise ExportDamaged(f"Event {stored.seq} is not an event of this run at this place.")
    return event


def _check_ends(told: Sequence[AnyEvent]) -> None:
    if not told or not isinstance(told[0], Start):
        raise ExportDamaged("The log does not begin with the run's start.")
    ends = [event for event in told if isinstance(event, Terminal)]
    if ends != [told[-1]]:
        raise ExportDamaged("The log does not end with the run's one end.")
    starts = [event for event in told if isinstance(event, Start)]
    if len(starts) != 1:
        raise ExportDamaged("The log has more than one start.")


def _contradictions(run: RunRecord, told: Sequence[AnyEvent]) -> Iterator[str]:
    """Yield the fields of a record that its log contradicts."""
    start = told[0]
    if isinstance(start, Start):
        yield from _misordered(run, start)
    said: dict[str, object] = {}
    for event in told:
        if isinstance(event, Final | Terminal):
            said |= outcome(event)
    for name, value in said.items():
        # When it ended is the database's own time; a NUL is kept as U+FFFD.
        if name != "ended_at" and _kept(value) != getattr(run, name):
            yield name
    if "status" not in said:
        yield "status"


def _misordered(run: RunRecord, start: Start) -> Iterator[str]:
    for name in ("topic", "rigor", "max_attempts"):
        if getattr(start, name) != getattr(run.order, name):
            yield name
    if start.simulated != run.simulated:
        yield "simulated"


def _kept(value: object) -> object:
    return kept(value) if isinstance(value, str) else value
