"""The simulated service keeps Bedrock's rules, fails on request, and stops when told."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.models.request import Request
from aqumen.simulator.server import Simulator
from aqumen.simulator.service import Service
from fakes.bedrock import NEWEST, OPUS, PROFILE, Both, both_ends
from fakes.eventually import eventually
from fakes.minds import TEXT, TOOL_INPUT, PlainMind

HELLO = [{"role": "user", "content": [{"text": "Hello there"}]}]
TOOLS = [{"toolSpec": {"name": "notes_tool", "inputSchema": {"json": {"type": "object"}}}}]
FORCED = {"tools": TOOLS, "toolChoice": {"tool": {"name": "notes_tool"}}}


@pytest.fixture(scope="module")
def mind() -> PlainMind:
    return PlainMind()


@pytest.fixture(scope="module")
def ends(mind: PlainMind) -> Iterator[Both]:
    with both_ends(mind) as both:
        yield both


@pytest.fixture
def client(ends: Both) -> object:
    return boto3.Session(region_name="us-east-1").client(
        "bedrock-runtime",
        endpoint_url=ends.simulator.url,
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )


def test_converse_answers_in_one_piece(client: object) -> None:
    answer = client.converse(modelId=OPUS, messages=HELLO)  # type: ignore[attr-defined]

    assert answer["output"]["message"]["content"] == [{"text": TEXT}]
    assert answer["stopReason"] == "end_turn"
    assert answer["usage"]["totalTokens"] == 3 + len(TEXT) // 4


def test_converse_answers_through_a_tool(client: object) -> None:
    answer = client.converse(  # type: ignore[attr-defined]
        modelId=OPUS, messages=HELLO, toolConfig=FORCED
    )

    (block,) = answer["output"]["message"]["content"]
    assert block["toolUse"]["name"] == "notes_tool"
    assert block["toolUse"]["input"] == TOOL_INPUT


def test_a_stream_has_bedrocks_events_in_bedrocks_order(client: object) -> None:
    stream = client.converse_stream(  # type: ignore[attr-defined]
        modelId=NEWEST, messages=HELLO, toolConfig={"tools": TOOLS}
    )["stream"]

    names = [next(iter(event)) for event in stream]

    in_order = list(dict.fromkeys(names))
    assert in_order == [
        "messageStart",
        "contentBlockDelta",
        "contentBlockStop",
        "contentBlockStart",
        "messageStop",
        "metadata",
    ]
    assert names.count("contentBlockStart") == 1


def test_an_arn_is_a_model_id(client: object, mind: PlainMind) -> None:
    client.converse(modelId=PROFILE, messages=HELLO)  # type: ignore[attr-defined]

    assert mind.asked[-1].model_id == PROFILE


def test_tokens_are_counted(client: object) -> None:
    counted = client.count_tokens(  # type: ignore[attr-defined]
        modelId=OPUS, input={"converse": {"messages": HELLO}}
    )

    assert counted["inputTokens"] == 3


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"modelId": NEWEST, "inferenceConfig": {"temperature": 0.5}}, "temperature"),
        ({"modelId": NEWEST, "toolConfig": FORCED}, "tool_choice"),
        ({"inferenceConfig": {"temperature": 1.5}}, "less than or equal to 1"),
        ({"inferenceConfig": {"maxTokens": 500_000}}, "exceeds the model limit"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": [{"text": "Hi"}]}]}, "user message"),
        ({"messages": [{"role": "user", "content": [{"text": " "}]}]}, "blank"),
        (
            {"toolConfig": {"tools": TOOLS, "toolChoice": {"tool": {"name": "other"}}}},
            "not among the tools",
        ),
    ],
)
def test_what_bedrock_refuses_is_refused(
    client: object, more: dict[str, object], said: str
) -> None:
    with pytest.raises(ClientError, match=said) as caught:
        client.converse_stream(  # type: ignore[attr-defined]
            **{"modelId": OPUS, "messages": HELLO, **more}
        )

    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_faults_are_scripted_over_http(ends: Both, client: object) -> None:
    url = f"{ends.simulator.url}/simulator/faults"

    posted = requests.post(url, json={"spec": "throttlingx2"}, timeout=30).json()
    with pytest.raises(ClientError, match="ThrottlingException"):
        client.converse(modelId=OPUS, messages=HELLO)  # type: ignore[attr-defined]
    shown = requests.get(url, timeout=30).json()
    deleted = requests.delete(url, timeout=30).json()

    assert (posted, shown, deleted) == (
        {"pending": "throttlingx2"},
        {"pending": "throttling"},
        {"pending": ""},
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [(b'{"spec": "thunder"}', "There is no fault"), (b"[]", "Send"), (b"nonsense", "Send")],
)
def test_a_spec_that_cannot_be_read_is_a_400(ends: Both, body: bytes, said: str) -> None:
    answer = requests.post(f"{ends.simulator.url}/simulator/faults", data=body, timeout=30)

    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_a_topic_asks_for_faults_of_its_own_run(ends: Both) -> None:
    def asked(run: str) -> bool:
        request = Request(
            OPUS, "Topic: Kafka #fault=validation@3", metadata={"run": run, "step": "3"}
        )
        try:
            ends.bedrock.answer(request, Cancel())
        except Exception as exc:  # noqa: BLE001
            return "did not accept" not in str(exc)
        return True

    assert [asked("a"), asked("a"), asked("b"), asked("b")] == [False, True, False, True]


def test_a_topic_with_an_unknown_fault_is_rejected(ends: Both) -> None:
    request = Request(OPUS, "Topic: Kafka #fault=thunder", metadata={"run": "c"})

    with pytest.raises(Exception, match="did not accept"):
        ends.bedrock.answer(request, Cancel())


def test_calls_are_counted_by_step() -> None:
    with both_ends() as ends:
        for step in ("1", "3", "3"):
            ends.bedrock.answer(Request(OPUS, "Hi", metadata={"step": step}), Cancel())
        ends.simulator.faults.script("throttling")
        with pytest.raises(Exception, match="limiting"):
            ends.bedrock.answer(Request(OPUS, "Hi"), Cancel())

        counted = requests.get(f"{ends.simulator.url}/simulator/calls", timeout=30).json()
        newest = requests.get(f"{ends.simulator.url}/simulator/calls/newest", timeout=30).json()

    assert counted == {"calls": 3, "asked": 4, "open": 0, "by_step": {"1": 1, "3": 2}}
    seen = [(call["metadata"].get("step"), call["fault"], call["begun"]) for call in newest]
    assert seen == [
        ("1", None, True),
        ("3", None, True),
        ("3", None, True),
        (None, "throttling", False),
    ]
    assert [call["usage"] is not None for call in newest] == [True, True, True, False]


@pytest.mark.parametrize("fault", ["stall", "silence", "slow_first_token", ""])
def test_stopping_waits_for_nobody(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    failed = threading.Event()

    def work(both: Both) -> None:
        try:
            both.bedrock.answer(Request(OPUS, "Hi"), Cancel())
        except Exception:  # noqa: BLE001
            failed.set()

    with ThreadPoolExecutor(1) as pool:
        with both_ends(speed=1) as ends:
            ends.simulator.faults.script(fault)
            pool.submit(work, ends)
            eventually(lambda: ends.simulator.calls.open == 1)
            began = time.monotonic()
        assert time.monotonic() - began < 2
        assert failed.wait(2)

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_taken_port_is_refused_and_a_stopped_one_is_free_again() -> None:
    service = Service(PlainMind(), KnownModels.shipped())
    with Simulator(service) as simulator:
        port = int(simulator.url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match="in use"):
            Simulator(service, port)

    with Simulator(service, port), socket.create_connection(("127.0.0.1", port), 1):
        pass
