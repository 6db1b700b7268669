"""Answers come over the real wire through the real boto3, whole and counted."""

import gc
import json
import logging
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from aqumen.errors import ConnectionLost
from aqumen.models.bedrock import Bedrock, Wiring
from aqumen.models.cancel import Cancel
from aqumen.models.departure import Departure
from aqumen.models.ear import Ear
from aqumen.models.known import KnownModels
from aqumen.models.request import Reply, Request, Tool
from aqumen.simulator.mind import Said
from fakes.bedrock import NEWEST, OPUS, PROFILE, Both, both_ends
from fakes.minds import TEXT, TOOL_INPUT, PlainMind

TOOL = Tool("notes_tool", "Takes notes.", {"type": "object"})


@pytest.fixture(scope="module")
def mind() -> PlainMind:
    return PlainMind()


@pytest.fixture(scope="module")
def ends(mind: PlainMind) -> Iterator[Both]:
    with both_ends(mind) as both:
        yield both


def answer(bedrock: Bedrock, request: Request) -> Reply:
    return bedrock.answer(request, Cancel())


def test_a_text_comes_whole(ends: Both) -> None:
    ear = Ear()
    reply = answer(ends.bedrock, Request(OPUS, "Say something.", ear=ear))

    assert ear.text == reply.text == TEXT
    assert (reply.tool_input, reply.stop_reason) == (None, "end_turn")
    assert reply.usage.input_tokens == 4
    assert reply.usage.output_tokens == len(TEXT) // 4
    assert 0 < (reply.first_token_seconds or 0) <= reply.duration_seconds


@pytest.mark.parametrize("connected", [False, True])
def test_a_request_that_comes_too_late_is_not_sent(connected: bool) -> None:
    with both_ends() as ends:
        if connected:
            answer(ends.bedrock, Request(OPUS, "Hello", departure=Departure(time.time() + 60)))

        with pytest.raises(ConnectionLost):
            answer(ends.bedrock, Request(OPUS, "Hello", departure=Departure(time.time() - 1)))

        assert ends.simulator.calls.asked == int(connected)
        assert answer(ends.bedrock, Request(OPUS, "Hello")).text == TEXT


def test_a_connection_that_waits_for_the_next_call_keeps_nothing_of_the_last(ends: Both) -> None:
    ear = Ear()
    gone = weakref.ref(ear)
    answer(ends.bedrock, Request(OPUS, "Hello", ear=ear))

    del ear
    gc.collect()

    assert gone() is None


def test_a_tool_answer_is_data_and_its_text_what_was_written(ends: Both) -> None:
    ear = Ear()
    reply = answer(ends.bedrock, Request(OPUS, "Take notes.", TOOL, ear=ear))

    assert reply.tool_input == TOOL_INPUT
    assert json.loads(ear.text) == json.loads(reply.text) == TOOL_INPUT
    assert reply.stop_reason == "tool_use"


def test_a_model_that_refuses_both_answers_through_an_offered_tool(
    ends: Both, mind: PlainMind
) -> None:
    before = ends.simulator.calls.asked

    reply = answer(ends.bedrock, Request(NEWEST, "Take notes.", TOOL, temperature=0.7))

    assert reply.tool_input == TOOL_INPUT
    assert mind.asked[-1].temperature is None
    assert mind.asked[-1].prompt == "Take notes."
    assert ends.simulator.calls.asked - before == 1


def test_thinking_is_not_answer_text(ends: Both) -> None:
    ear = Ear()
    reply = answer(ends.bedrock, Request(NEWEST, "Say something.", ear=ear))

    assert ear.text == reply.text == TEXT
    assert reply.usage.output_tokens > len(TEXT) // 4


def test_what_an_unknown_model_refuses_is_learned_within_one_try(
    mind: PlainMind, caplog: pytest.LogCaptureFixture
) -> None:
    rules = _as_if(PROFILE, NEWEST)
    caplog.clear()
    with both_ends(mind, rules=rules) as ends:
        first = answer(ends.bedrock, Request(PROFILE, "Take notes.", TOOL, temperature=0.7))
        asked_first = ends.simulator.calls.asked
        second = answer(ends.bedrock, Request(PROFILE, "Take notes.", TOOL, temperature=0.7))

    assert first.tool_input == second.tool_input == TOOL_INPUT
    assert (asked_first, ends.simulator.calls.asked) == (3, 4)
    assert not ends.known.facts(PROFILE).forced_tool
    assert not ends.known.facts(PROFILE).temperature
    assert len([r for r in caplog.records if "refuses" in r.message]) == 2


def test_a_temperature_out_of_range_teaches_nothing(ends: Both) -> None:
    with pytest.raises(Exception, match="did not accept"):
        answer(ends.bedrock, Request(OPUS, "Say something.", temperature=1.5))

    assert ends.known.facts(OPUS).temperature


def test_a_temperature_reaches_a_model_that_takes_it(ends: Both, mind: PlainMind) -> None:
    answer(ends.bedrock, Request(OPUS, "Say something.", temperature=0.5))

    assert mind.asked[-1].temperature == 0.5


def test_metadata_reaches_the_service_within_its_limits(ends: Both, mind: PlainMind) -> None:
    metadata = {"run": "r-1", "step": "3", "note": "caf\u00e9 & <b>" + "x" * 300}
    many = {f"key{number}": "v" for number in range(30)}

    answer(ends.bedrock, Request(OPUS, "Say something.", metadata={**metadata, **many}))

    seen = mind.asked[-1].metadata
    assert (seen["run"], seen["step"]) == ("r-1", "3")
    assert seen["note"].startswith("caf_ _ _b_xx")
    assert (len(seen), len(seen["note"])) == (16, 256)


@pytest.mark.parametrize(
    ("fault", "stop_reason"),
    [("no_tool", "end_turn"), ("bad_json", "tool_use"), ("max_tokens", "max_tokens")],
)
def test_an_answer_without_a_usable_tool_input_is_an_answer(
    ends: Both, fault: str, stop_reason: str
) -> None:
    ends.simulator.faults.script(fault)

    reply = answer(ends.bedrock, Request(OPUS, "Take notes.", TOOL))

    assert (reply.tool_input, reply.stop_reason) == (None, stop_reason)
    assert reply.text


def test_an_answer_longer_than_asked_for_ends_in_max_tokens(ends: Both) -> None:
    reply = answer(ends.bedrock, Request(OPUS, "Say something.", max_tokens=10))

    assert (reply.text, reply.stop_reason) == (TEXT[:40], "max_tokens")


def test_text_before_the_tool_call_is_written_but_not_the_answer() -> None:
    with both_ends(PlainMind(Said(text="Here: ", tool_input={"a": 1}))) as ends:
        ear = Ear()
        reply = answer(ends.bedrock, Request(OPUS, "Go.", TOOL, ear=ear))

    assert ear.text == 'Here: {"a": 1}'
    assert (reply.text, reply.tool_input) == ('{"a": 1}', {"a": 1})


def test_a_tool_that_was_not_asked_for_is_not_an_answer() -> None:
    with both_ends(PlainMind(Said(text="Only text."))) as ends:
        reply = answer(ends.bedrock, Request(OPUS, "Go.", TOOL))

    assert (reply.text, reply.tool_input) == ("Only text.", None)


def test_a_plain_endpoint_is_asked_with_signatures_even_with_a_bearer_token(
    ends: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "a-token")
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", ends.simulator.url)
    bedrock = Bedrock(KnownModels.shipped(), Wiring("us-east-1"))

    bedrock.check_credentials()

    assert answer(bedrock, Request(OPUS, "Say something.")).text == TEXT


def test_an_offline_client_needs_nothing_of_the_environment(
    ends: Both, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "config"
    broken.write_text("[[[nonsense")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(broken))
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "a-token")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    wiring = Wiring(endpoint_url=ends.simulator.url, offline=True)
    bedrock = Bedrock(KnownModels.shipped(), wiring)

    bedrock.check_credentials()

    assert answer(bedrock, Request(OPUS, "Say something.")).text == TEXT


def test_debug_logs_hold_no_keys(
    ends: Both, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "verysecrettoken")
    caplog.set_level(logging.DEBUG)
    bedrock = Bedrock(KnownModels.shipped(), Wiring("us-east-1", ends.simulator.url))

    answer(bedrock, Request(OPUS, "Say something."))

    assert "verysecrettoken" not in caplog.text
    assert "testaccesskeyid" not in caplog.text
    assert "testsecretaccesskey" not in caplog.text


def test_several_frames_in_one_write_are_the_same_answer() -> None:
    with both_ends(frames_per_write=7, speed=50) as ends:
        assert answer(ends.bedrock, Request(OPUS, "Say something.")).text == TEXT


def _as_if(model_id: str, family_of: str) -> KnownModels:
    """Return a service's facts where one id is another model in disguise."""
    known = KnownModels.shipped()
    for capability in ("temperature", "forced_tool"):
        if not getattr(known.facts(family_of), capability):
            known.learn(model_id, capability)
    return known
