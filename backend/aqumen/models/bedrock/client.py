"""Ask Bedrock's Converse API through one boto3 client."""

import logging
import os
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from aqumen.models.cancel import Cancel
from aqumen.models.known import Capability, KnownModels
from aqumen.models.processor import PROCESSOR
from aqumen.models.request import Reply, Request

from .answer import Reading
from .failures import rejection, translated
from .frames import as_read
from .order import Order, order, refused
from .sockets import hurry, make_interruptible, raw_stream, shut_down, waiting

_PLACEHOLDER = "offline"
_USER_AGENT = f"aqumen Boto3/{boto3.__version__} Botocore/{botocore.__version__}"


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where Bedrock is and how long it may keep us waiting."""

    region: str | None = None
    """None leaves it to AWS's own configuration."""
    endpoint_url: str | None = None
    """None leaves it to AWS's own configuration."""
    connect_timeout: float = 5.0
    gap_timeout: float = 120.0
    """The longest silence, in seconds, before the first or between two pieces of an answer."""
    max_connections: int = 128
    """Calls that may be open at once without opening a new connection for each."""
    cache_prompts: bool = False
    """Mark prompts that are repeated, and long enough, to be cached by the service."""
    offline: bool = False
    """Use placeholder keys and nothing of AWS's own configuration: the endpoint is not AWS."""


class _Signed(Exception):
    """A request was signed; it is not sent."""


class Bedrock:
    """A `ModelClient`: one try at one Converse call, its stream read to the end."""

    def __init__(self, known: KnownModels, wiring: Wiring) -> None:
        """Build the one client. Raises RegionMissing, CredentialsMissing or RequestRejected."""
        _keep_keys_out_of_logs()
        self._known = known
        self._wiring = wiring
        with translated():
            self._session = _session(wiring)
            self._client = self._connect()
        make_interruptible(self._client)

    def answer(self, request: Request, cancel: Cancel) -> Reply:
        """Return the answer; tell the request's ear its text, or the tool's input, as it comes.

        What the model refuses as such is left out and the call made again, within this one try.
        Raises a `ModelFailed`, or what `cancel` was thrown with.
        """
        with translated(cancel):
            while True:
                facts = self._known.facts(request.model)
                asked = order(request, facts, cache=self._wiring.cache_prompts)
                try:
                    return self._once(request, asked, cancel)
                except ClientError as exc:
                    part = _refused(exc, asked)
                    if part is None:
                        raise
                    self._known.learn(request.model, part)

    def check_credentials(self) -> None:
        """Sign a request without sending it; may ask AWS for credentials, never Bedrock.

        Raises CredentialsMissing, CredentialsRejected or RegionMissing.
        """
        with translated(), closing(self._connect()) as probe:
            probe.meta.events.register("before-send.bedrock-runtime", _stop_here)
            try:
                probe.count_tokens(modelId="probe", input={"converse": {"messages": []}})
            except _Signed:
                return

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._client.close()

    def _once(self, request: Request, asked: Order, cancel: Cancel) -> Reply:
        reading = Reading(request.tool.name if request.tool else None, request.ear, monotonic())
        with PROCESSOR.turn(cancel), waiting(cancel, request, reading):
            stream = self._client.converse_stream(**asked)["stream"]
        with (
            closing(stream),
            cancel.interrupting(partial(shut_down, stream)),
            request.ear.arriving(partial(hurry, stream)),
        ):
            _read(stream, reading, cancel)
        return reading.reply()

    def _connect(self) -> Any:
        client = self._new_client()
        if client.meta.endpoint_url.startswith("http://"):
            # A bearer token is refused without TLS, so a plain endpoint is asked with signatures.
            client.close()
            client = self._new_client(signature_version="v4")
        return client

    def _new_client(self, **more: object) -> Any:
        if self._wiring.offline:
            # The environment's proxies lead to AWS, not to this endpoint.
            more["proxies"] = {}
        config = Config(
            # Retries are ours (`asking.py`): visible, cancellable, and within a budget.
            retries={"mode": "standard", "total_max_attempts": 1},
            connect_timeout=self._wiring.connect_timeout,
            read_timeout=self._wiring.gap_timeout,
            max_pool_connections=self._wiring.max_connections,
            tcp_keepalive=True,
            # botocore puts its own together anew for every call, at 2 ms a run.
            user_agent=_USER_AGENT,
            # `order.py` alone says what is sent, and the service looks at it anyway.
            parameter_validation=False,
            **more,
        )
        return self._session.client(
            "bedrock-runtime", endpoint_url=self._wiring.endpoint_url, config=config
        )


def _session(wiring: Wiring) -> Any:
    if not wiring.offline:
        return boto3.Session(region_name=wiring.region)
    nowhere = (None, None, os.devnull, None)
    no_files = {"profile": (None,) * 4, "config_file": nowhere, "credentials_file": nowhere}
    return boto3.Session(
        aws_access_key_id=_PLACEHOLDER,
        aws_secret_access_key=_PLACEHOLDER,
        region_name=wiring.region or "us-east-1",
        botocore_session=botocore.session.Session(session_vars=no_files),
    )


def _keep_keys_out_of_logs() -> None:
    # At DEBUG, botocore logs session tokens and signatures. Whoever wants that sets it there.
    for name in ("boto3", "botocore", "urllib3"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)


def _refused(exc: ClientError, asked: Order) -> Capability | None:
    said = rejection(exc)
    return None if said is None else refused(said, asked)


def _read(stream: Any, reading: Reading, cancel: Cancel) -> None:
    """Read an answer to its end; most of it, or all, is read where it is received."""
    raw = raw_stream(stream)
    if raw is None:
        for event in stream:
            reading.take(as_read(event))
            cancel.check()
    else:
        for came in iter(raw.read1, b""):
            reading.read(came)
            cancel.check()
    cancel.check()


def _stop_here(**_request: object) -> None:
    raise _Signed
