"""What can be made to go wrong on the simulated wire, and the words to ask for it.

`throttling@3x2` is the fault `throttling` at step 3, twice; without `@` at any step, without `x`
once; `x*` is for good. Several are separated by commas and tried in order.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from aqumen.errors import InvalidOrder


class HttpFault(NamedTuple):
    """An answer that is an error."""

    status: int
    type: str | None
    """None: an answer that does not come from Bedrock but from something on the way."""
    message: str
    headers: Mapping[str, str] = MappingProxyType({})


HTTP: Mapping[str, HttpFault] = MappingProxyType(
    {
        "throttling": HttpFault(429, "ThrottlingException", "Too many requests, please wait."),
        "throttling_retry_after": HttpFault(
            429, "ThrottlingException", "Too many requests.", {"x-amz-retry-after": "1000"}
        ),
        "throttling_daily": HttpFault(429, "ThrottlingException", "Too many tokens per day."),
        "not_ready": HttpFault(429, "ModelNotReadyException", "The model is being loaded."),
        "unavailable": HttpFault(503, "ServiceUnavailableException", "Service is unavailable."),
        "internal": HttpFault(500, "InternalServerException", "An internal error occurred."),
        "model_timeout": HttpFault(408, "ModelTimeoutException", "Processing took too long."),
        "model_error": HttpFault(424, "ModelErrorException", "The model failed."),
        "model_stream_error": HttpFault(424, "ModelStreamErrorException", "The stream failed."),
        "validation": HttpFault(400, "ValidationException", "Malformed input request."),
        "access_denied": HttpFault(
            403, "AccessDeniedException", "You don't have access to the model with that id."
        ),
        "api_key_expired": HttpFault(403, "AccessDeniedException", "Bearer Token has expired"),
        "not_found": HttpFault(404, "ResourceNotFoundException", "Could not resolve the model."),
        "unknown_model": HttpFault(
            400, "ValidationException", "The provided model identifier is invalid."
        ),
        "retired": HttpFault(
            404,
            "ResourceNotFoundException",
            "This model version has reached the end of its life.",
        ),
        "legacy": HttpFault(
            404,
            "ResourceNotFoundException",
            "Access denied. This Model is marked by provider as Legacy.",
        ),
        "quota": HttpFault(400, "ServiceQuotaExceededException", "Your request exceeds the quota."),
        "expired_token": HttpFault(
            403, "ExpiredTokenException", "The security token included in the request is expired"
        ),
        "unrecognized_client": HttpFault(
            403, "UnrecognizedClientException", "The security token is invalid."
        ),
        "bad_signature": HttpFault(
            403, "InvalidSignatureException", "The request signature does not match."
        ),
        "bad_gateway": HttpFault(502, None, "<html><body>Bad gateway</body></html>"),
        "teapot": HttpFault(418, "TeapotException", "Unheard of."),
    }
)
"""Errors instead of an answer."""

STREAM: Mapping[str, str] = MappingProxyType(
    {
        "stream_throttling": "throttlingException",
        "stream_unavailable": "serviceUnavailableException",
        "stream_internal": "internalServerException",
        "stream_validation": "validationException",
        "stream_model_error": "modelStreamErrorException",
    }
)
"""Exception events in the middle of an answer."""

WIRE: Mapping[str, str] = MappingProxyType(
    {
        "hang_up": "the connection is dropped before the answer",
        "silence": "the connection is kept but nothing is sent",
        "slow_first_token": "the first piece comes ten seconds late",
        "cut": "the connection is dropped in the middle of the answer",
        "stall": "nothing more is sent from the middle of the answer on",
        "truncate": "the answer ends in the middle, cleanly, without messageStop",
    }
)
ANSWER: Mapping[str, str] = MappingProxyType(
    {
        "max_tokens": "the answer is cut in half with stopReason max_tokens",
        "no_tool": "text comes instead of the tool's input",
        "bad_json": "the tool's input is not JSON",
    }
)

NAMES = frozenset({*HTTP, *STREAM, *WIRE, *ANSWER})
IN_A_TEXT = re.compile(r"#fault=([\w@*]+(?:,[\w@*]+)*)")
"""How a topic asks for faults."""

_FAULT = re.compile(r"(?P<name>[a-z_]+?)(?:@(?P<step>[1-7]))?(?:x(?P<times>[1-9]\d{0,5}|\*))?")
_RUNS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that was asked for."""

    name: str
    step: int | None = None
    """None: at any step."""
    times: int | None = 1
    """None: for good."""

    def __str__(self) -> str:
        step = "" if self.step is None else f"@{self.step}"
        times = {1: "", None: "x*"}.get(self.times, f"x{self.times}")
        return f"{self.name}{step}{times}"


def parse(spec: str) -> tuple[Fault, ...]:
    """Read `name[@STEP][xTIMES],...`; raises InvalidOrder that says what is wrong."""
    return tuple(_fault(part.strip()) for part in spec.split(",")) if spec.strip() else ()


def _fault(part: str) -> Fault:
    found = _FAULT.fullmatch(part)
    if found is None:
        raise InvalidOrder(
            f"{part[:40]!r} is not a fault: write name, name@STEP with a step from 1 to 7, "
            "namexTIMES or name@STEPxTIMES."
        )
    if found["name"] not in NAMES:
        raise InvalidOrder(f"There is no fault {found['name'][:40]!r}: {', '.join(sorted(NAMES))}.")
    times = found["times"] or "1"
    step = int(found["step"]) if found["step"] else None
    return Fault(found["name"], step, None if times == "*" else int(times))


class Faults:
    """Faults that are still to come; safe to use from several threads."""

    def __init__(self, spec: str = "") -> None:
        self._lock = threading.Lock()
        self._pending = list(parse(spec))

    @property
    def pending(self) -> str:
        """What is still to come, as a spec."""
        return ",".join(map(str, self._pending))

    def script(self, spec: str) -> None:
        """Add faults; raises InvalidOrder for a spec that cannot be read."""
        faults = parse(spec)
        with self._lock:
            self._pending = [*self._pending, *faults]

    def clear(self) -> None:
        """Forget what is still to come."""
        with self._lock:
            self._pending = []

    def take(self, step: int | None) -> str | None:
        """Return the name of the next fault for a call of this step, and count it."""
        with self._lock:
            for index, fault in enumerate(self._pending):
                if fault.step is None or fault.step == step:
                    self._pending[index : index + 1] = _after(fault)
                    return fault.name
        return None


def _after(fault: Fault) -> list[Fault]:
    if fault.times is None:
        return [fault]
    return [Fault(fault.name, fault.step, fault.times - 1)] if fault.times > 1 else []


class RunFaults:
    """Faults that topics ask for with `#fault=SPEC`, counted for each run by itself."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, Faults] = OrderedDict()

    def take(self, run: str, step: int | None, prompt: str) -> str | None:
        """Return the next fault of this run; raises InvalidOrder for a spec that cannot be read."""
        faults = self._of.get(run)
        if faults is None:
            found = IN_A_TEXT.search(prompt)
            if found is None:
                return None
            faults = self._of[run] = Faults(found[1])
            if len(self._of) > _RUNS_KEPT:
                self._of.popitem(last=False)
        return faults.take(step)
