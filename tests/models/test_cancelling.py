"""A cancelled call ends within a second, wherever it waits."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from aqumen.errors import ModelThrottled, RunCancelled
from aqumen.events import Place, Retry
from aqumen.models.asking import Asker, RunScope
from aqumen.models.bedrock import Bedrock, Wiring, sockets
from aqumen.models.bedrock.receiver import RECEIVER
from aqumen.models.cancel import Cancel
from aqumen.models.client import ModelClient
from aqumen.models.known import KnownModels
from aqumen.models.onlooker import Nobody
from aqumen.models.patience import Patience
from aqumen.models.processor import PROCESSOR
from aqumen.models.request import Request
from aqumen.models.slots import Slots
from fakes.bedrock import OPUS, Both, both_ends
from fakes.eventually import eventually
from fakes.models import Held, ScriptedModel

PLACE = Place(4, 1, 1, 1)
ASKED = Request(OPUS, "Answer the question. " * 20)


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def ends() -> Iterator[Both]:
    with both_ends(gap_timeout=30) as both:
        yield both


def asker(client: ModelClient, slots: Slots | None = None) -> Asker:
    return Asker(client, KnownModels.shipped(), Patience(), slots or Slots(4))


def drive(asker: Asker, run: RunScope, seen: threading.Event) -> None:
    for _item in asker.ask(ASKED, PLACE, replace(run, onlooker=_Sees(seen))):
        pass


class _Sees(Nobody):
    """Sets an event at the first piece."""

    def __init__(self, seen: threading.Event) -> None:
        self.seen = seen

    def wrote(self, place: Place, text: str) -> None:  # noqa: ARG002
        self.seen.set()


def test_a_call_that_waits_for_the_processor_is_not_made_after_a_cancel(
    thread: ThreadPoolExecutor, ends: Both
) -> None:
    # Leaves a connection behind: opening one would notice the cancel, too.
    drive(asker(ends.bedrock), RunScope("run-0", Cancel()), threading.Event())
    asked, run = ends.simulator.calls.asked, RunScope("run-1", Cancel())

    with PROCESSOR.turn(Cancel()):
        work = thread.submit(drive, asker(ends.bedrock), run, threading.Event())
        eventually(lambda: bool(PROCESSOR._waiting))
        assert stopped_in(run, work) < 0.9

    assert ends.simulator.calls.asked == asked
    assert run.ledger.spent.model_calls == 0


def stopped_in(run: RunScope, work: "Future[Any]") -> float:
    """Throw the switch and return how long the work took to end with its error."""
    began = time.monotonic()
    run.cancel.throw(RunCancelled())
    with pytest.raises(RunCancelled):
        work.result(5)
    return time.monotonic() - began


def test_in_a_stalled_stream(ends: Both, thread: ThreadPoolExecutor) -> None:
    run, seen = RunScope("r1", Cancel()), threading.Event()
    ends.simulator.faults.script("stall")
    work = thread.submit(drive, asker(ends.bedrock), run, seen)
    assert seen.wait(5)

    assert stopped_in(run, work) < 1
    assert run.ledger.spent.model_calls == 1
    assert run.ledger.spent.estimated
    assert run.ledger.spent.usage.input_tokens == len(ASKED.prompt) // 4
    assert run.ledger.spent.usage.output_tokens > 10
    eventually(lambda: ends.simulator.calls.open == 0)


def test_in_a_stream_that_is_watched(thread: ThreadPoolExecutor) -> None:
    comes = _Comes()
    comes.come()
    run = RunScope("r1", Cancel(), onlooker=comes)
    with both_ends(speed=1, gap_timeout=30) as ends:
        work = thread.submit(list, asker(ends.bedrock).ask(ASKED, PLACE, run))
        eventually(lambda: comes.pieces > 1)

        assert stopped_in(run, work) < 1
        assert run.ledger.spent.estimated
        eventually(lambda: ends.simulator.calls.open == 0)


def test_who_comes_to_watch_a_stalled_call_gets_what_is_written(
    thread: ThreadPoolExecutor,
) -> None:
    comes = _Comes()
    run = RunScope("r1", Cancel(), onlooker=comes)
    with both_ends(speed=10, gap_timeout=30) as ends:
        ends.simulator.faults.script("stall")
        work = thread.submit(list, asker(ends.bedrock).ask(ASKED, PLACE, run))
        eventually(lambda: comes.written > 0)
        first = comes.written
        sock = next(iter(RECEIVER._selector.get_map().values())).data
        eventually(lambda: len(sock._held) > 0)
        assert comes.written == first

        comes.come()

        eventually(lambda: comes.written > first, seconds=1.0)
        assert stopped_in(run, work) < 1


class _Comes(Nobody):
    """Begins to watch when it is told to."""

    def __init__(self) -> None:
        self.written = 0
        self.pieces = 0
        self._here = False
        self._wake: Callable[[], None] = lambda: None

    def watched(self) -> bool:
        return self._here

    @contextmanager
    def arriving(self, wake: Callable[[], None]) -> Iterator[None]:
        self._wake = wake
        yield

    def wrote(self, place: Place, text: str) -> None:  # noqa: ARG002
        self.written += len(text)
        self.pieces += 1

    def come(self) -> None:
        self._here = True
        self._wake()


def test_while_waiting_for_the_first_byte(ends: Both, thread: ThreadPoolExecutor) -> None:
    run = RunScope("r1", Cancel())
    ends.simulator.faults.script("silence")
    work = thread.submit(drive, asker(ends.bedrock), run, threading.Event())
    eventually(lambda: ends.simulator.calls.open == 1)

    assert stopped_in(run, work) < 1
    assert run.ledger.spent.estimated
    assert run.ledger.spent.usage.input_tokens == len(ASKED.prompt) // 4
    eventually(lambda: ends.simulator.calls.open == 0)


def test_while_the_connection_is_opened(thread: ThreadPoolExecutor) -> None:
    run = RunScope("r1", Cancel())
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        wiring = Wiring(endpoint_url=url, offline=True, connect_timeout=2)
        client = Bedrock(KnownModels.shipped(), wiring)
        before = threading.active_count()
        work = thread.submit(drive, asker(client), run, threading.Event())
        eventually(lambda: threading.active_count() == before + 2)

        assert stopped_in(run, work) < 1


def test_no_connection_is_opened_once_the_switch_was_thrown() -> None:
    cancel, opened = Cancel(), threading.Event()
    cancel.throw(RunCancelled())

    def connect() -> socket.socket:
        opened.set()
        return socket.socket()

    with pytest.raises(RunCancelled):
        sockets._abandonable(connect, cancel)

    assert not opened.wait(0.2)


def test_a_connection_that_opens_after_the_cancel_is_closed(thread: ThreadPoolExecutor) -> None:
    cancel, began, may_open = Cancel(), threading.Event(), threading.Event()
    late = socket.socket()

    def connect() -> socket.socket:
        began.set()
        assert may_open.wait(5)
        return late

    work = thread.submit(sockets._abandonable, connect, cancel)
    assert began.wait(5)
    cancel.throw(RunCancelled())
    with pytest.raises(RunCancelled):
        work.result(5)
    may_open.set()

    eventually(lambda: late.fileno() == -1)


def test_in_a_stream_that_flows(thread: ThreadPoolExecutor) -> None:
    run, seen = RunScope("r1", Cancel()), threading.Event()
    with both_ends(speed=1) as ends:
        work = thread.submit(drive, asker(ends.bedrock), run, seen)
        assert seen.wait(5)

        assert stopped_in(run, work) < 1
        assert ends.simulator.calls.answered == 0


def test_the_next_call_after_a_cancelled_one_is_answered(
    ends: Both, thread: ThreadPoolExecutor
) -> None:
    run, seen = RunScope("r1", Cancel()), threading.Event()
    ends.simulator.faults.script("stall")
    work = thread.submit(drive, asker(ends.bedrock), run, seen)
    assert seen.wait(5)
    stopped_in(run, work)

    drive(asker(ends.bedrock), RunScope("r2", Cancel()), seen)

    assert ends.simulator.calls.answered == 1


def test_in_the_wait_before_a_retry(thread: ThreadPoolExecutor) -> None:
    run, model, waits = RunScope("r1", Cancel()), ScriptedModel(), threading.Event()
    later = ModelThrottled()
    later.retry_after_seconds = 30
    model.queue(later)

    def work() -> None:
        for item in asker(model).ask(ASKED, PLACE, run):
            if isinstance(item, Retry):
                waits.set()

    working = thread.submit(work)
    assert waits.wait(5)

    assert stopped_in(run, working) < 1
    assert run.ledger.spent.model_calls == 0


def test_while_waiting_for_a_place(thread: ThreadPoolExecutor) -> None:
    slots, run, model = Slots(1), RunScope("r1", Cancel()), ScriptedModel()
    with slots.taken(Cancel(), 1):
        work = thread.submit(drive, asker(model, slots), run, threading.Event())
        eventually(lambda: len(slots._waiting) == 1)

        assert stopped_in(run, work) < 1

    assert model.history == []
    assert run.ledger.spent.model_calls == 0
    with slots.taken(Cancel(), 1):
        pass


def test_before_it_began(ends: Both) -> None:
    run = RunScope("r1", Cancel())
    run.cancel.throw(RunCancelled())

    with pytest.raises(RunCancelled):
        drive(asker(ends.bedrock), run, threading.Event())

    assert ends.simulator.calls.asked == 0
    assert run.ledger.spent.model_calls == 0


def test_through_a_child_of_the_runs_switch(thread: ThreadPoolExecutor) -> None:
    run, seen, model = RunScope("r1", Cancel()), threading.Event(), ScriptedModel()
    model.queue(Held("so far"))

    def work() -> None:
        with run.cancel.child() as child:
            drive(asker(model), run.with_cancel(child), seen)

    working = thread.submit(work)
    assert seen.wait(5)

    assert stopped_in(run, working) < 1


@pytest.mark.parametrize(
    "reach",
    [
        lambda both: (
            both.bedrock._client._endpoint.http_session._pool_classes_by_scheme["http"]
            is sockets._HttpPool
        ),
        lambda both: (
            both.bedrock._client._endpoint.http_session._pool_classes_by_scheme["https"]
            is sockets._HttpsPool
        ),
        lambda both: (
            both.bedrock._client._endpoint.http_session._manager.pool_classes_by_scheme
            is both.bedrock._client._endpoint.http_session._pool_classes_by_scheme
        ),
        lambda both: _first_raw_stream(both).shutdown is not None,
    ],
    ids=["http pool", "https pool", "the manager uses them", "raw stream"],
)
def test_the_private_parts_of_botocore_we_hold_on_to_are_there(
    ends: Both, reach: Callable[[Both], bool]
) -> None:
    assert reach(ends)


def _first_raw_stream(both: Both) -> Any:
    stream = both.bedrock._client.converse_stream(
        modelId=OPUS, messages=[{"role": "user", "content": [{"text": "Hello"}]}]
    )["stream"]
    try:
        return stream._raw_stream
    finally:
        stream.close()
