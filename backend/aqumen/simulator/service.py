"""The simulated service behind the wire: what a call is answered with."""

from dataclasses import dataclass, field, replace

from aqumen.errors import InvalidOrder
from aqumen.models.estimate import tokens
from aqumen.models.known import KnownModels

from .answers import Answer, answer
from .asked import Exchange, Refused, read
from .cache import PromptCache
from .calls import Calls, Received
from .faults import HTTP, Faults, HttpFault, RunFaults
from .mind import Mind
from .pace import Pace, Timing


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to one call that is not refused."""

    exchange: Exchange
    fault: str | None
    answer: Answer
    timing: Timing


@dataclass(slots=True)
class Service:
    """A mind behind Bedrock's rules, with faults and a pace."""

    mind: Mind
    known: KnownModels
    pace: Pace = field(default_factory=Pace)
    faults: Faults = field(default_factory=Faults)
    frames_per_write: int = 1
    """How many pieces go into one socket write."""
    calls: Calls = field(default_factory=Calls)
    _cache: PromptCache = field(default_factory=PromptCache)
    _run_faults: RunFaults = field(default_factory=RunFaults)

    def course(self, model_id: str, raw: bytes, received: Received) -> Course | HttpFault:
        """Return how a call goes, or the error it is answered with, and note what was received."""
        facts = self.known.facts(model_id)
        received.model = model_id
        try:
            exchange = read(model_id, raw, facts)
            received.metadata = exchange.asked.metadata
            received.prompt_tokens = tokens(exchange.asked.prompt)
            received.fault = fault = self._fault(exchange)
        except Refused as refused:
            return refused.fault
        except InvalidOrder as exc:
            return HttpFault(400, "ValidationException", exc.text)
        if fault is not None and fault in HTTP:
            return HTTP[fault]
        said = self.mind.answer(exchange.asked)
        reply = answer(said, exchange, thinks=facts.thinking_by_default, fault=fault)
        seed = f"{model_id} {sorted(exchange.asked.metadata.items())} {exchange.asked.prompt}"
        timing = self.pace.timing(seed, reply.length, slow=fault == "slow_first_token")
        cached = self._cache.take(exchange, facts, timing.first_seconds)
        return Course(exchange, fault, replace(reply, cached=cached), timing)

    def _fault(self, exchange: Exchange) -> str | None:
        return self.faults.take(exchange.step) or self._run_faults.take(
            exchange.run, exchange.step, exchange.asked.prompt
        )
