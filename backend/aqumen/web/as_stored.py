"""Answers that tell what is stored in its own words: JSON that is joined, not read and written.

A long run's log is megabytes, which would hold up everybody else while they are read.
"""

from aqumen.archive.lines import as_line
from aqumen.runs.runs import Runs
from aqumen.store.records import Summary

from .answers import RunSummary


def in_full(runs: Runs, run: Summary) -> bytes:
    """Return a run as a `RunDetail`. Blocks on the store."""
    # The end first: once it is there, every step is.
    final = next(iter(runs.told(run.run_id, "final")), "null")
    steps = ",".join(runs.told(run.run_id, "step"))
    head = RunSummary.of(run).model_dump_json().removesuffix("}")
    return f'{head},"steps":[{steps}],"final":{final}}}'.encode()


def log(runs: Runs, run_id: str, after: int) -> bytes:
    """Return what is stored after a seq as a list of `LoggedEvent`. Blocks on the store."""
    told = b",".join(as_line(stored).rstrip(b"\n") for stored in runs.log(run_id, after))
    return b"[" + told + b"]"
