"""A run being looked at: its feed and the board made of it."""

import json
import threading
from datetime import UTC, datetime, timedelta

from .board import Board
from .client import Api
from .feed import Connection, Feed
from .fold import fold
from .recording import Recording
from .replies import PinnedPrompts
from .stream import Message


class Watch:
    """Follows one run for one session. Whoever makes it closes it."""

    def __init__(self, api: Api, run_id: str) -> None:
        """Start following; raises TooManyFeeds."""
        self.api = api
        self.run_id = run_id
        self.board = Board()
        self.at: float | None = None
        """The moment that is looked at again, in seconds; None for how the run stands."""
        self._recording: Recording | None = None
        self._stored: list[Message] = []
        self._prompts: PinnedPrompts | None = None
        self._feed = Feed(api, run_id)
        self._again = False
        # A session may have two script threads for a moment, the old one on its way out.
        self._lock = threading.Lock()

    @property
    def connection(self) -> Connection:
        """How the feed stands."""
        return self._feed.connection

    @property
    def over(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.board.over or self.refused

    @property
    def refused(self) -> bool:
        """Whether the API tells no more of the run, over or not."""
        return self.connection.phase == "refused"

    def catch_up(self) -> Board:
        """Return the board with everything that has come; raises TooManyFeeds."""
        with self._lock:
            ended = self.connection.phase == "closed" or self._again
            came = self._feed.take()
            self._stored += [message for message in came if message.seq]
            self.board = fold(self.board, came)
            if ended and not self.board.over:
                self._feed.close()
                self._feed, self._again = Feed(self.api, self.run_id, self.board.seq), False
            return self.board

    def follow_again(self) -> None:
        """Have the next look ask for what comes after what is here, though that was refused."""
        self._again = True

    def settle(self, seconds: float) -> None:
        """Give a run that is over the time to arrive whole, `seconds` at most."""
        self._feed.wait(seconds)

    @property
    def recording(self) -> Recording:
        """The moments of a run that is over."""
        if self._recording is None:
            self._recording = Recording(self._stored)
        return self._recording

    def now(self) -> datetime:
        """Return the present by the API's clock, or the moment that is looked at again."""
        then = self.recording.moment(self.at) if self.at is not None else None
        if then is not None:
            return then
        return datetime.now(UTC) + timedelta(seconds=self._feed.clock_offset)

    def log(self) -> str:
        """Return the stored events so far as JSON Lines of seq, event and data."""
        lines = (
            {"seq": message.seq, "event": message.name, "data": message.data}
            for message in list(self._stored)
        )
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    def report(self) -> bytes:
        """Return the report of a run that is over, in Markdown; raises ConsoleError."""
        return self.api.report(self.run_id)

    def prompts(self) -> PinnedPrompts:
        """Return the prompt texts of the run, asked for once; raises ConsoleError."""
        if self._prompts is None:
            self._prompts = self.api.prompts(self.run_id)
        return self._prompts

    def close(self) -> None:
        """Stop following."""
        self._feed.close()
