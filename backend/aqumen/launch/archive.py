"""`python -m aqumen export | import`: runs as files, and back."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aqumen.archive.export import Format, export, suffix
from aqumen.archive.form import as_json
from aqumen.archive.places import Place, place
from aqumen.archive.reading import MOST_BYTES, read
from aqumen.errors import (
    AqumenError,
    Conflict,
    ExportDamaged,
    RunNotFound,
    StoreFailed,
)
from aqumen.store.store import Store

from .configured import configured
from .failure import LaunchFailed
from .opened import opened


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs are exported: those named, or all that are over."""

    run_ids: Sequence[str] = ()
    since: datetime | None = None
    """Of all, those that ended after it."""


def export_runs(wanted: Wanted, form: Format, to: str, *, dry_run: bool) -> None:
    """Write runs to a place, once; print where. With `dry_run`, write nothing.

    Raises LaunchFailed when others were written but not all, PlaceRefused, RunNotFound,
    Conflict for a run that goes on, or StoreFailed.
    """
    settings = configured()
    with opened(settings) as store:
        run_ids = wanted.run_ids or store.shelf.ids(wanted.since)
        one = len(wanted.run_ids) == 1
        shown = place(to, suffix(form), one=one, region=settings.aws_region)
        with closing(shown):
            refused = _write(store, run_ids, form, shown, dry_run=dry_run)
        if not wanted.run_ids and (left := store.shelf.going_on()):
            _say(f"{left} runs are still going on; they are left out.")
    if refused:
        raise LaunchFailed(f"{refused} of {len(run_ids)} runs were not exported.")


def import_runs(files: Sequence[Path]) -> None:
    """Put exported runs into the store; print what became of each file.

    Raises LaunchFailed when some could not be imported, or StoreFailed.
    """
    refused = 0
    with opened(configured()) as store:
        for file in files:
            try:
                print(f"{file}: {_brought_in(store, file)}", flush=True)
            except StoreFailed:
                raise
            except AqumenError as error:
                _say(f"{file}: {error.text}")
                refused += 1
    if refused:
        raise LaunchFailed(f"{refused} of {len(files)} files were not imported.")


def _write(store: Store, run_ids: Sequence[str], form: Format, to: Place, *, dry_run: bool) -> int:
    """Write runs one by one; return how many could not be written for a reason of their own."""
    refused = 0
    for run_id in run_ids:
        try:
            file = export(store.shelf.take(run_id), form)
            if dry_run:
                outcome = f"would be written, {len(file.body)} bytes"
            else:
                outcome = "written" if to.put(file) else "there already, the same"
            print(f"{to.address(file)}: {outcome}", flush=True)
        except (RunNotFound, Conflict, StoreFailed) as error:
            _say(f"{run_id}: {error.text}")
            refused += 1
    return refused


def _brought_in(store: Store, file: Path) -> str:
    whole = read(_bytes(file))
    if store.shelf.put(whole):
        return f"imported run {whole.run.id}"
    try:
        same = as_json(store.shelf.take(whole.run.id)) == as_json(whole)
    except Conflict:
        same = False
    if not same:
        raise Conflict(f"There is another run with the id {whole.run.id}; nothing is replaced.")
    return f"run {whole.run.id} is here already"


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened_:
            body = opened_.read(MOST_BYTES + 1)
    except OSError as unreadable:
        reason = (unreadable.strerror or "unknown reason").lower()
        raise ExportDamaged(f"The file cannot be read: {reason}.") from unreadable
    if len(body) > MOST_BYTES:
        raise ExportDamaged(f"The file has more than {MOST_BYTES // 1024**2} MB.")
    return body


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
