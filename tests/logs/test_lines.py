"""What a line of the log says, as text and as JSON; and what it never says."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from aqumen.logs import Format, configure
from aqumen.logs.lines import JsonLine, Line, TextLine
from aqumen.runs.current import working_for
from fakes.following import begin, events
from fakes.pipelines import SECOND_TIME, offline_model
from fakes.sqlite import with_tables
from fakes.witnessed import witnessed

RUN = "01M81J10W4EW0KC9331TNW44FN"


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    names = ("aqumen", "uvicorn", "uvicorn.error", "uvicorn.access")
    loggers = [logging.getLogger(name) for name in names]
    before = [(each, each.handlers, each.level, each.propagate) for each in loggers]
    last = logging.lastResort
    yield
    logging.lastResort = last
    for each, handlers, level, propagate in before:
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


def record(message: str, *args: object, name: str = "aqumen.runs.driver") -> logging.LogRecord:
    return logging.LogRecord(name, logging.INFO, "driver.py", 1, message, args, None)


def written(monkeypatch: pytest.MonkeyPatch, level: str, form: Format) -> StringIO:
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure(level, form)
    return stream


def test_a_line_of_json_says_when_how_grave_who_what_and_of_which_run() -> None:
    said = json.loads(JsonLine().format(record("run %s ends: %s", RUN, "cancelled")))

    assert said["level"] == "INFO"
    assert said["logger"] == "aqumen.runs.driver"
    assert said["message"] == f"run {RUN} ends: cancelled"
    assert said["run_id"] == RUN
    assert said["time"].endswith("+00:00")


def test_what_a_runs_thread_logs_has_the_runs_id_whoever_logs_it() -> None:
    with working_for(RUN):
        inside = json.loads(JsonLine().format(record("retrying", name="botocore.retries")))
    outside = json.loads(JsonLine().format(record("retrying")))

    assert inside["run_id"] == RUN
    assert "run_id" not in outside


@pytest.mark.parametrize("line", [TextLine(), JsonLine()])
def test_whoever_is_quoted_cannot_begin_a_line_of_his_own(line: Line) -> None:
    text = line.format(record("GET %s failed", "/x\n2026-11-30 INFO aqumen: all is well\x1b[2K"))

    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


def test_a_traceback_is_redacted_and_in_json_a_field_of_the_line() -> None:
    error = ValueError("password=hunter2hunter2")
    failed = record("it failed")
    failed.exc_info = (ValueError, error, None)

    as_json, as_text = JsonLine().format(failed), TextLine().format(failed)

    assert "ValueError" in json.loads(as_json)["exception"]
    assert as_text.splitlines()[1].startswith("  ValueError")
    assert "hunter2" not in as_json + as_text


@pytest.mark.parametrize("line", [TextLine(), JsonLine()])
def test_nor_can_whoever_is_quoted_in_a_traceback(line: Line) -> None:
    failed = record("it failed")
    forged = ValueError("no\n2026-11-30 INFO aqumen: all is well\r\u2028\x1b[2K")
    failed.exc_info = (ValueError, forged, None)

    first, *others = line.format(failed).splitlines()

    assert "it failed" in first
    assert all(each.startswith("  ") for each in others)
    assert not {"\x1b", "\r", "\u2028"} & set("".join(others))


def test_the_servers_own_log_has_the_same_form_and_no_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = written(monkeypatch, "INFO", "json")
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.INFO)
    address = "/api/generate-stream?topic=My%20secret%20plan&ticket=aqt_abcdefghijk"

    access.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", address, "1.1", 200)

    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == (
        '127.0.0.1:5 - "GET /api/generate-stream?[redacted] HTTP/1.1" 200'
    )


def test_nor_has_what_the_server_says_of_requests_that_are_no_http() -> None:
    said = record(
        '%s - "WebSocket %s" 403',
        "127.0.0.1:5",
        "/api/generate-stream?topic=My%20secret%20plan",
        name="uvicorn.error",
    )

    assert TextLine().said(said) == '127.0.0.1:5 - "WebSocket /api/generate-stream?[redacted]" 403'


@pytest.mark.parametrize("form", ["text", "json"])
def test_at_info_a_run_leaves_no_word_of_its_topic_prompts_or_answers(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = written(monkeypatch, "INFO", form)
    model = offline_model()
    with witnessed(with_tables(tmp_path / "runs.db"), lambda _news: None, model) as runs:
        done, failed = begin(runs, SECOND_TIME), begin(runs, "My plan for tomorrow")
        events(runs, done)
        runs.cancel(failed)
        events(runs, failed)
    log = stream.getvalue()

    assert SECOND_TIME not in log
    assert "My plan" not in log
    assert not [asked for asked in model.history if asked.prompt[:60] in log]


def test_what_a_library_warns_of_is_a_line_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """asyncio tells of a task that nobody awaited, with what it was doing."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    stream = written(monkeypatch, "INFO", "json")

    logging.getLogger("asyncio").error("lost: GET /api/play/%s", "x" * 43)
    logging.getLogger("asyncio").info("a detail")

    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == "lost: GET /api/play/[redacted]"
