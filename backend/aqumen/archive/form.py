"""The JSON form of a run: everything that is kept of it, in one file that can be read back."""

import hashlib
import json
from collections.abc import Iterable

from aqumen.store.records import Stored
from aqumen.store.whole import WholeRun

from .lines import as_line, as_lines

FORMAT = "aqumen-run"
VERSION = 1
"""Of the form; a file with a higher one is not read."""


def as_json(whole: WholeRun) -> bytes:
    """Return the form: UTF-8, one event a line. The same run has the same bytes everywhere."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "simulated": whole.run.simulated,
        "run": whole.run.model_dump(mode="json"),
        "prompts": {
            template.name: {"version": template.version, "text": template.text}
            for template in whole.prompts
        },
        "log_sha256": digest(whole.events),
    }
    beginning = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}").encode()
    events = b",\n    ".join(as_line(event).rstrip(b"\n") for event in whole.events)
    return beginning + b',\n  "events": [\n    ' + events + b"\n  ]\n}\n"


def digest(events: Iterable[Stored]) -> str:
    """Return the SHA-256 of a log, as its NDJSON form has it, in hexadecimal digits."""
    return hashlib.sha256(as_lines(events)).hexdigest()
