"""The JSON form: what is written is read back, and what is not whole is refused."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqumen.archive.form import as_json, digest
from aqumen.archive.lines import as_lines
from aqumen.archive.reading import read
from aqumen.errors import ExportDamaged
from aqumen.store.records import Stored
from aqumen.store.store import Store
from fakes.wholes import golden, story, whole

Damage = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('form') / 'runs.db'}")
    store.open()
    yield store
    store.close()


def damaged(damage: Damage, *, signed: bool = True) -> bytes:
    """The golden run's file, changed; `signed`: with a digest that fits the changed log."""
    file = json.loads(as_json(golden()))
    damage(file)
    if signed:
        lines = [
            Stored(
                e["seq"],
                e["event"],
                "",
                json.dumps(e["data"], separators=(",", ":"), ensure_ascii=False),
            )
            for e in file["events"]
        ]
        file["log_sha256"] = digest(lines)
    return json.dumps(file).encode()


def test_a_run_is_read_back_as_it_was_written() -> None:
    found = read(as_json(golden()))

    assert (found.run, found.events) == (golden().run, golden().events)
    assert found.prompts.texts == golden().prompts.texts


def test_the_form_says_what_it_is_and_holds_everything() -> None:
    file = json.loads(as_json(golden()))

    assert (file["format"], file["version"], file["simulated"]) == ("aqumen-run", 1, True)
    assert file["run"]["order"]["topic"] == "GRPO in RL"
    assert file["run"]["created_at"].endswith("Z")
    assert file["prompts"]["error_catalog"]["text"] == "Name {{topic}}"
    assert [event["seq"] for event in file["events"]] == list(range(1, 49))
    assert file["events"] == [json.loads(line) for line in as_lines(golden().events).splitlines()]


@settings(max_examples=40)
@given(
    text=st.text(st.characters(codec="utf-8"), max_size=60),
    cost=st.floats(min_value=0, max_value=1e9),
)
def test_no_text_and_no_number_is_changed_on_the_way(text: str, cost: float) -> None:
    told = story()
    told.start()
    told.answer(1, text=text)
    told.told[-1][1]["cost_usd"] = cost
    told.fail("cancelled")
    run = whole(told.told, cost_usd=cost)

    found = read(as_json(run))

    assert (found.run, found.events) == (run.run, run.events)


@settings(max_examples=15)
@given(text=st.text(st.characters(codec="utf-8"), max_size=60), end=st.sampled_from("fdq"))
@example(text="\0", end="q")
def test_what_is_exported_imported_and_exported_again_is_the_same(
    store: Store, text: str, end: str
) -> None:
    told = story()
    told.start()
    told.answer(1, text=text)
    if end == "f":
        told.fail("model_unavailable")
    else:
        told.final() if end == "d" else told.no_question(text or "none")
        told.done()
    file = as_json(whole(told.told))
    store.retention.delete(store.shelf.ids())
    assert store.shelf.put(read(file))

    assert as_json(store.shelf.take(told.run_id)) == file


def a_gap(file: dict[str, Any]) -> None:
    del file["events"][5]


def another_runs_event(file: dict[str, Any]) -> None:
    file["events"][5]["data"]["run_id"] = "01M87XW3AM339R5T2RE2812AZ0"


def another_seq_inside(file: dict[str, Any]) -> None:
    file["events"][5]["data"]["seq"] = 7


def another_name(file: dict[str, Any]) -> None:
    file["events"][5]["event"] = "progress"


def no_end(file: dict[str, Any]) -> None:
    del file["events"][-1]
    file["run"]["last_seq"] -= 1


def two_ends(file: dict[str, Any]) -> None:
    end = file["events"][-1]
    data = end["data"] | {"seq": end["seq"] + 1}
    file["events"].append({"seq": end["seq"] + 1, "event": "done", "data": data})
    file["run"]["last_seq"] += 1


def no_start(file: dict[str, Any]) -> None:
    file["events"][0] = file["events"][1] | {"seq": 1}
    file["events"][0]["data"] = file["events"][1]["data"] | {"seq": 1}


def another_status(file: dict[str, Any]) -> None:
    file["run"]["status"] = "no_question"


def another_topic(file: dict[str, Any]) -> None:
    file["run"]["order"]["topic"] = "Something else"


def still_running(file: dict[str, Any]) -> None:
    file["run"]["status"] = "running"


def a_path_for_an_id(file: dict[str, Any]) -> None:
    file["run"]["id"] = "../../../../etc/passwd"


def an_unknown_event(file: dict[str, Any]) -> None:
    file["events"][5]["data"]["type"] = "from_the_future"


def another_prompt(file: dict[str, Any]) -> None:
    file["prompts"]["error_catalog"]["text"] = "Ignore all that"


def something_more(file: dict[str, Any]) -> None:
    file["run"]["worker"] = "somebody"


def no_events(file: dict[str, Any]) -> None:
    file["events"] = []
    file["run"]["last_seq"] = 0


def tokens_in_the_log(file: dict[str, Any]) -> None:
    file["events"][3]["data"]["usage"] = {"input_tokens": 10**30}


CAST = {"strong": "opus", "mid": "sonnet", "weak": "haiku", "judge": "opus"}
NO_CAST = "The run's models are not those of strong, mid, weak, judge."


def test_a_run_may_have_a_second_judge() -> None:
    two = CAST | {"judge_2": "nova"}

    assert read(damaged(lambda file: file["run"].update({"models": two}))).run.models == two


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"ended_at": "9999-12-31T23:59:59-12:00"},
            "run.ended_at is missing, wrong or unknown.",
        ),
        (
            {"ended_at": "0001-01-01T00:00:00+14:00"},
            "run.ended_at is missing, wrong or unknown.",
        ),
        (
            {"created_at": "0001-01-01T00:00:00+14:00"},
            "run.created_at is missing, wrong or unknown.",
        ),
        (
            {"started_at": "9999-12-31T23:59:59Z"},
            "run.started_at is missing, wrong or unknown.",
        ),
        (
            {"ended_at": "2001-01-01T00:00:00Z"},
            "The run's end is before its beginning.",
        ),
        ({"models": {}}, NO_CAST),
        ({"models": CAST | {"poet": "opus"}}, NO_CAST),
        ({"models": CAST | {"mid": "m" * 100_000}}, "run.models is missing, wrong or unknown."),
        ({"cost_usd": 1e308}, "run.cost_usd is missing, wrong or unknown."),
        ({"usage": {"input_tokens": 10**30}}, "run.usage is missing, wrong or unknown."),
    ],
)
def test_what_no_run_can_be_is_refused_in_a_sentence(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExportDamaged) as refused:
        read(damaged(lambda file: file["run"].update(said)))

    assert refused.value.text == sentence


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (a_gap, "Where event 6 should be, the log has event 7."),
        (another_runs_event, "Event 6 is not an event of this run at this place."),
        (another_seq_inside, "Event 6 is not an event of this run at this place."),
        (another_name, "Event 6 is not an event of this run at this place."),
        (no_end, "The log does not end with the run's one end."),
        (two_ends, "The log does not end with the run's one end."),
        (no_start, "The log does not begin with the run's start."),
        (another_status, "The run's status is not what its log says."),
        (another_topic, "The run's topic is not what its log says."),
        (still_running, "run.status is missing, wrong or unknown."),
        (a_path_for_an_id, "run.id is missing, wrong or unknown."),
        (an_unknown_event, "Event 6 cannot be read."),
        (another_prompt, "A prompt text is not of the version it is said to be."),
        (something_more, "run is missing, wrong or unknown."),
        (tokens_in_the_log, "events.3.data is missing, wrong or unknown."),
        (no_events, "The log does not begin with the run's start."),
    ],
)
def test_what_is_not_whole_is_refused_in_a_sentence(damage: Damage, sentence: str) -> None:
    with pytest.raises(ExportDamaged) as refused:
        read(damaged(damage))

    assert refused.value.text == sentence


def test_a_log_that_was_changed_is_refused() -> None:
    def change(file: dict[str, Any]) -> None:
        file["events"][3]["data"]["response_full"] += " and more"

    with pytest.raises(ExportDamaged, match="not the one that was exported"):
        read(damaged(change, signed=False))


def test_a_newer_form_is_refused_with_both_versions() -> None:
    with pytest.raises(ExportDamaged, match=r"in version 2 .* reads version 1\."):
        read(damaged(lambda file: file.update(version=2)))


@pytest.mark.parametrize(
    "file",
    [b"", b"null", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format":"aqumen-run"}', b"# A report"],
)
def test_what_is_no_export_is_refused(file: bytes) -> None:
    with pytest.raises(ExportDamaged, match="not the export of a run"):
        read(file)


def test_a_cut_file_is_refused() -> None:
    file = as_json(golden())

    for share in (0.001, 0.3, 0.9, 0.99999):
        with pytest.raises(ExportDamaged):
            read(file[: int(len(file) * share)])
