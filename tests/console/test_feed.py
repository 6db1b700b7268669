"""The feed over real sockets: what it accepts, how it resumes and when it stops."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from console import feed as feed_module
from console.client import Api
from console.errors import TooManyFeeds
from console.feed import Feed, Patience
from console.stream import Message
from fakes.api import FakeApi, Reply, Stream, block, problem
from fakes.story import Story, delta

RUN = "run-1"
QUICK = Patience(first_wait=0.02, longest_wait=0.1)

Follow = Callable[..., Feed]


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def endpoint(api: FakeApi) -> Iterator[str]:
    with api.serving() as address:
        yield address


@pytest.fixture
def follow() -> Iterator[Follow]:
    feeds: list[Feed] = []

    def start(endpoint: str, patience: Patience = QUICK) -> Feed:
        feeds.append(Feed(Api(endpoint), RUN, patience=patience))
        return feeds[-1]

    yield start
    for feed in feeds:
        feed.close()
        assert feed.join(5)


def collect(feed: Feed, until: Callable[[list[Message]], bool], limit: float = 8) -> list[Message]:
    came: list[Message] = []
    end = time.monotonic() + limit
    while not until(came):
        assert time.monotonic() < end, f"{feed.connection}, {[each.seq for each in came]}"
        came += feed.take()
        threading.Event().wait(0.005)
    return came


def whole(feed: Feed) -> list[int]:
    assert feed.wait(8), feed.connection
    return [message.seq for message in feed.take()]


def numbers(story: Story) -> list[int]:
    return list(range(1, len(story.told) + 1))


def test_reads_a_run_that_is_over_to_its_end(api: FakeApi, endpoint: str, follow: Follow) -> None:
    story = Story().whole()
    api.say(RUN, *story.told)

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)
    assert feed.connection.phase == "ended"
    assert api.seen[0].query == {"deltas": "true"}


def test_hands_over_events_while_the_run_goes_on(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    story = Story()
    api.say(RUN, story.start())
    feed = follow(endpoint)
    collect(feed, lambda came: len(came) == 1)

    api.say(RUN, delta(1, 0, "Begin"))

    came = collect(feed, lambda came: len(came) == 1)
    assert came[0].data["text"] == "Begin"
    assert feed.connection.phase == "live"


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(lambda text: text[: len(text) // 2], id="in the data"),
        pytest.param(lambda text: text[:-2], id="before the blank line"),
        pytest.param(lambda text: text[: text.rindex("id:") + 7], id="inside the id"),
        pytest.param(lambda text: text[: text.rindex("id:") + 2], id="after the word id"),
        pytest.param(lambda text: text[: text.rindex("id:")], id="before the id"),
    ],
)
def test_an_event_cut_short_is_fetched_again(
    api: FakeApi, endpoint: str, follow: Follow, cut: Callable[[str], str]
) -> None:
    story = Story().whole()
    api.say(RUN, *story.told)

    def broken(stream: Stream) -> None:
        stream.tell(RUN, *story.told[:11])
        stream.send(cut(block(RUN, story.told[11])))

    api.scripts[RUN] = [broken]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)
    assert len(api.seen) == 2
    assert api.seen[1].headers["Last-Event-ID"] in {f"{RUN}:11", f"{RUN}:12"}


def test_an_id_cut_to_that_of_an_earlier_event_is_not_taken_for_it(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    story = Story().whole()
    api.say(RUN, *story.told)

    def broken(stream: Stream) -> None:
        stream.tell(RUN, *story.told[:9])
        stream.send(block(RUN, story.told[9]).removesuffix("0\n\n"))

    api.scripts[RUN] = [broken]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)


def test_a_cut_inside_a_character_is_a_dropped_connection(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    story = Story(topic="Straße")
    story.whole()
    api.say(RUN, *story.told)

    def broken(stream: Stream) -> None:
        text = block(RUN, story.told[0]).encode()
        stream.send(text[: text.index("ß".encode()) + 1])

    api.scripts[RUN] = [broken]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)


def test_events_sent_twice_arrive_once_and_gaps_are_fetched_again(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    story = Story().whole()
    api.say(RUN, *story.told)

    def muddled(stream: Stream) -> None:
        stream.tell(RUN, *story.told[:3], *story.told[1:3], story.told[5])
        stream.hold()

    api.scripts[RUN] = [muddled]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)
    assert api.seen[1].headers["Last-Event-ID"] == f"{RUN}:3"


def test_events_of_another_run_are_not_accepted(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    story = Story().whole()
    api.say(RUN, *story.told)
    api.scripts[RUN] = [lambda stream: stream.tell("run-2", story.told[0])]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)


def test_events_without_an_id_count_only_as_deltas(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    story = Story().whole()
    api.say(RUN, *story.told)

    def with_strangers(stream: Stream) -> None:
        stream.send('event: step\ndata: {"type":"step"}\n\n')
        stream.send(": heartbeat\n\n")
        stream.send("event: delta\ndata: not json\n\n")
        stream.send('event: error\ndata: {"type":"error"}\n\n')
        stream.tell(RUN, *story.told)
        stream.end()

    api.scripts[RUN] = [with_strangers]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)
    assert len(api.seen) == 1


def test_a_run_that_was_read_to_its_end_is_over_at_204(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    api.scripts[RUN] = [Reply(204)]

    feed = follow(endpoint)

    assert feed.wait(5)
    assert feed.connection.phase == "ended"


@pytest.mark.parametrize("status", [401, 404, 409])
def test_a_refusal_ends_the_feed_with_its_reason(
    api: FakeApi, endpoint: str, follow: Follow, status: int
) -> None:
    api.scripts[RUN] = [problem(status, "That is not to be had.")]

    feed = follow(endpoint)

    assert feed.wait(5)
    assert feed.connection.phase == "refused"
    assert str(feed.connection.problem) == "That is not to be had."


def test_a_page_that_is_no_stream_is_refused(api: FakeApi, endpoint: str, follow: Follow) -> None:
    api.scripts[RUN] = [Reply(200, "<html>", {"Content-Type": "text/html"})]

    feed = follow(endpoint)

    assert feed.wait(5)
    assert feed.connection.phase == "refused"
    assert "not in the way the Aqumen API does" in str(feed.connection.problem)


@pytest.mark.parametrize(
    "reply",
    [problem(503, "The server is restarting.", Retry_After="1"), Reply(502, "<html>"), Reply(500)],
)
def test_a_server_that_fails_is_asked_again(
    api: FakeApi, endpoint: str, follow: Follow, reply: Reply
) -> None:
    story = Story().whole()
    api.say(RUN, *story.told)
    api.scripts[RUN] = [reply, reply]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)
    assert len(api.seen) == 3


def test_silence_without_heartbeats_is_a_lost_connection(
    api: FakeApi, endpoint: str, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.client.STREAM_TIMEOUT", (1.0, 0.2))
    story = Story().whole()
    api.say(RUN, *story.told)

    def silent(stream: Stream) -> None:
        stream.tell(RUN, story.told[0])
        stream.hold()

    api.scripts[RUN] = [silent]

    feed = follow(endpoint)

    assert whole(feed) == numbers(story)
    assert api.seen[1].headers["Last-Event-ID"] == f"{RUN}:1"


def test_a_server_that_is_away_at_first_is_found_when_it_comes(follow: Follow) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    api, story = FakeApi(), Story().whole()
    api.say(RUN, *story.told)

    feed = follow(f"http://127.0.0.1:{port}")
    collect(feed, lambda _: feed.connection.phase == "waiting")
    assert "Nothing answers at" in str(feed.connection.problem)

    with api.serving(port):
        assert whole(feed) == numbers(story)


def test_closing_in_a_silence_ends_the_thread_within_a_second(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    api.say(RUN, Story().start())
    feed = follow(endpoint)
    collect(feed, lambda came: len(came) == 1)

    feed.close()

    assert feed.join(1)
    assert feed.connection.phase == "closed"


def test_closing_while_it_waits_for_a_server_ends_the_thread_within_a_second(
    follow: Follow,
) -> None:
    feed = follow("http://127.0.0.1:9", Patience(first_wait=30, longest_wait=30))
    collect(feed, lambda _: feed.connection.phase == "waiting")

    feed.close()

    assert feed.join(1)


def test_a_feed_nobody_takes_from_closes_itself(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    story = Story()
    api.say(RUN, story.start())
    feed = follow(endpoint, Patience(unread=0.0))

    api.say(RUN, story.begin(1))

    assert feed.join(5)
    assert feed.connection.phase == "closed"


def test_no_more_threads_than_places(
    api: FakeApi, endpoint: str, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "_places", threading.BoundedSemaphore(1))
    api.say(RUN, Story().start())
    first = follow(endpoint)

    with pytest.raises(TooManyFeeds):
        follow(endpoint)

    first.close()
    assert first.join(1)
    follow(endpoint)


def test_the_servers_clock_is_known_to_the_second(
    api: FakeApi, endpoint: str, follow: Follow
) -> None:
    api.say(RUN, *Story().whole().told)

    feed = follow(endpoint)

    assert feed.wait(5)
    assert feed.clock_offset == 0.0
    assert feed_module._clock_offset("Sun, 06 Nov 1994 08:49:37 GMT") < -1e8
    assert feed_module._clock_offset("yesterday") == 0.0
