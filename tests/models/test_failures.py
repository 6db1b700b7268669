"""Every way Bedrock can fail comes out as ours, over the real wire through the real boto3."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from botocore.exceptions import ParamValidationError

from aqumen import errors
from aqumen.errors import Code, ModelFailed
from aqumen.events import Place, Retry
from aqumen.models.asking import Asker, RunScope
from aqumen.models.bedrock import Bedrock, Wiring
from aqumen.models.bedrock.failures import translated
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.models.ledger import Spent
from aqumen.models.patience import Patience
from aqumen.models.request import Request
from aqumen.models.slots import Slots
from aqumen.simulator.faults import HTTP, NAMES, STREAM
from fakes.bedrock import OPUS, Both, both_ends

QUICK = Patience(base_seconds=0.001, cap_seconds=0.002, longest_retry_after_seconds=0.01)
PLACE = Place(step_number=3, attempt=1, answer=1, call=1)
ASKED = Request(OPUS, "Write a question about queues.")


@dataclass(frozen=True)
class Row:
    fault: str
    kind: type[ModelFailed]
    code: Code
    retries: int
    charged: int = 0
    """How many of the tries had begun, and are charged as an estimate."""


TABLE = [
    Row("throttling", errors.ModelThrottled, "model_throttled", 6),
    Row("throttling_retry_after", errors.ModelThrottled, "model_throttled", 6),
    Row("not_ready", errors.ModelNotReady, "model_not_ready", 6),
    Row("unavailable", errors.ModelUnavailable, "model_unavailable", 5),
    Row("internal", errors.ModelUnavailable, "model_unavailable", 5),
    Row("bad_gateway", errors.ModelUnavailable, "model_unavailable", 5),
    Row("model_timeout", errors.ModelTimedOut, "model_timed_out", 1),
    Row("model_error", errors.ModelBroke, "model_broke", 1),
    Row("model_stream_error", errors.ModelBroke, "model_broke", 1),
    Row("validation", errors.RequestRejected, "model_request_rejected", 0),
    Row("teapot", errors.RequestRejected, "model_request_rejected", 0),
    Row("access_denied", errors.AccessDenied, "model_access_denied", 0),
    Row("not_found", errors.ModelNotFound, "model_not_found", 0),
    Row("unknown_model", errors.ModelNotFound, "model_not_found", 0),
    Row("retired", errors.ModelRetired, "model_retired", 0),
    Row("legacy", errors.ModelRetired, "model_retired", 0),
    Row("quota", errors.QuotaExceeded, "model_quota_exceeded", 0),
    Row("throttling_daily", errors.QuotaExceeded, "model_quota_exceeded", 0),
    Row("expired_token", errors.CredentialsRejected, "credentials_rejected", 0),
    Row("api_key_expired", errors.CredentialsRejected, "credentials_rejected", 0),
    Row("unrecognized_client", errors.CredentialsRejected, "credentials_rejected", 0),
    Row("bad_signature", errors.CredentialsRejected, "credentials_rejected", 0),
    Row("stream_throttling", errors.ModelThrottled, "model_throttled", 6, charged=7),
    Row("stream_unavailable", errors.ModelUnavailable, "model_unavailable", 5, charged=6),
    Row("stream_internal", errors.ModelUnavailable, "model_unavailable", 5, charged=6),
    Row("stream_model_error", errors.ModelBroke, "model_broke", 1, charged=2),
    Row("stream_validation", errors.RequestRejected, "model_request_rejected", 0, charged=1),
    Row("cut", errors.ConnectionLost, "connection_lost", 3, charged=4),
    Row("hang_up", errors.ConnectionLost, "connection_lost", 3),
    Row("stall", errors.StreamStalled, "stream_stalled", 1, charged=2),
    Row("silence", errors.StreamStalled, "stream_stalled", 1, charged=2),
    Row("truncate", errors.StreamCut, "stream_cut", 2, charged=3),
]
NOT_FAILURES = {"slow_first_token", "max_tokens", "no_tool", "bad_json"}


@pytest.fixture(scope="module")
def ends() -> Iterator[Both]:
    with both_ends(gap_timeout=1.0) as both:
        yield both


@dataclass(frozen=True)
class Outcome:
    failure: ModelFailed | None
    retries: list[Retry]
    spent: Spent


def ask(bedrock: Bedrock, request: Request = ASKED) -> Outcome:
    run = RunScope("r1", Cancel())
    asker = Asker(bedrock, KnownModels.shipped(), QUICK, Slots(4))
    retries: list[Retry] = []
    try:
        told = asker.ask(request, PLACE, run)
        retries.extend(item for item in told if isinstance(item, Retry))
    except ModelFailed as failure:
        return Outcome(failure, retries, run.ledger.spent)
    return Outcome(None, retries, run.ledger.spent)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.fault)
def test_a_failure_that_stays_is_retried_so_often_and_then_told_in_our_words(
    ends: Both, row: Row
) -> None:
    ends.simulator.faults.script(f"{row.fault}x*")
    before = ends.simulator.calls.asked

    outcome = ask(ends.bedrock)
    ends.simulator.faults.clear()

    assert type(outcome.failure) is row.kind
    assert outcome.failure.code == row.code
    assert outcome.failure.text == row.kind.message
    assert outcome.failure.__cause__ is not None or row.fault == "truncate"
    assert [retry.code for retry in outcome.retries] == [row.code] * row.retries
    assert [retry.try_ for retry in outcome.retries] == [*range(1, row.retries + 1)]
    assert {retry.message for retry in outcome.retries} <= {row.kind.message}
    assert ends.simulator.calls.asked - before == row.retries + 1
    assert outcome.spent.model_calls == row.charged
    assert outcome.spent.estimated == (row.charged > 0)


@pytest.mark.parametrize(
    "fault", [row.fault for row in TABLE if row.retries], ids=lambda fault: fault
)
def test_a_failure_that_passes_ends_in_an_answer(ends: Both, fault: str) -> None:
    ends.simulator.faults.script(fault)

    outcome = ask(ends.bedrock)

    assert outcome.failure is None
    assert len(outcome.retries) == 1


def test_the_table_has_every_fault_of_the_simulator() -> None:
    assert {row.fault for row in TABLE} | NOT_FAILURES == NAMES
    assert {row.fault for row in TABLE} >= {*HTTP, *STREAM}


def test_a_request_that_boto3_itself_refuses_is_rejected() -> None:
    # Its client is told not to look, so that no request of ours comes to this.
    with pytest.raises(errors.RequestRejected) as refused, translated():
        raise ParamValidationError(report="Missing required parameter: modelId")

    assert "modelId" not in refused.value.text
    assert not refused.value.retryable


def test_a_retry_waits_as_long_as_the_service_asked(ends: Both) -> None:
    ends.simulator.faults.script("throttling_retry_after")

    (retry,) = ask(ends.bedrock).retries

    assert retry.wait_seconds >= QUICK.longest_retry_after_seconds


def test_a_refused_connection_is_a_lost_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    bedrock = Bedrock(
        KnownModels.shipped(), Wiring(endpoint_url=f"http://127.0.0.1:{port}", offline=True)
    )

    outcome = ask(bedrock)

    assert type(outcome.failure) is errors.ConnectionLost
    assert len(outcome.retries) == 3
    assert outcome.spent == Spent()


def test_a_connection_that_does_not_open_in_time_is_a_lost_one() -> None:
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        wiring = Wiring(endpoint_url=url, offline=True, connect_timeout=0.2, gap_timeout=30)

        outcome = ask(Bedrock(KnownModels.shipped(), wiring))

    assert type(outcome.failure) is errors.ConnectionLost
    assert type(outcome.failure.__cause__).__name__ == "ConnectTimeoutError"
    assert len(outcome.retries) == 3


def test_a_request_out_of_range_is_rejected_by_the_service_and_not_retried(ends: Both) -> None:
    before = ends.simulator.calls.asked

    outcome = ask(ends.bedrock, Request(OPUS, "Hello", max_tokens=0))

    assert type(outcome.failure) is errors.RequestRejected
    assert "maxTokens" not in outcome.failure.text
    assert (outcome.retries, ends.simulator.calls.asked - before) == ([], 1)


def test_a_blank_prompt_is_rejected_by_the_service(ends: Both) -> None:
    assert type(ask(ends.bedrock, Request(OPUS, "  ")).failure) is errors.RequestRejected


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.mark.usefixtures("no_keys")
def test_a_call_without_credentials_says_so_and_is_not_retried(ends: Both) -> None:
    bedrock = Bedrock(KnownModels.shipped(), Wiring("us-east-1", ends.simulator.url))

    outcome = ask(bedrock)

    assert type(outcome.failure) is errors.CredentialsMissing
    assert outcome.retries == []


@pytest.mark.usefixtures("no_keys")
def test_checking_credentials_finds_that_there_are_none(ends: Both) -> None:
    bedrock = Bedrock(KnownModels.shipped(), Wiring("us-east-1", ends.simulator.url))

    with pytest.raises(errors.CredentialsMissing):
        bedrock.check_credentials()


def test_checking_credentials_finds_half_of_a_pair(
    ends: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(errors.CredentialsMissing):
        Bedrock(KnownModels.shipped(), Wiring("us-east-1", ends.simulator.url)).check_credentials()


def test_checking_credentials_finds_a_profile_that_does_not_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(errors.CredentialsMissing):
        Bedrock(KnownModels.shipped(), Wiring("us-east-1"))


def test_checking_credentials_signs_without_a_call(ends: Both) -> None:
    before = ends.simulator.calls.asked

    Bedrock(KnownModels.shipped(), Wiring("us-east-1", ends.simulator.url)).check_credentials()
    Bedrock(KnownModels.shipped(), Wiring("us-east-1")).check_credentials()
    ends.bedrock.check_credentials()

    assert ends.simulator.calls.asked == before


def test_a_missing_region_is_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(errors.RegionMissing):
        Bedrock(KnownModels.shipped(), Wiring())
