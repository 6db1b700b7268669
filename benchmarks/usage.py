"""What a process takes while something goes on."""

import asyncio
from dataclasses import dataclass

import psutil

_LOOK_SECONDS = 0.25


@dataclass(slots=True)
class Usage:
    """Memory, threads and processor time of a process, over a while."""

    rss_before: int
    """Bytes."""
    rss_most: int = 0
    threads_most: int = 0
    cpu_seconds: float = 0.0


class Watch:
    """Looks at a process four times a second, inside `async with`."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.usage = Usage(rss_before=self._process.memory_info().rss)
        self._cpu_before = self._cpu()

    async def __aenter__(self) -> Usage:
        self._looking = asyncio.create_task(self._look())
        return self.usage

    async def __aexit__(self, *_exc: object) -> None:
        self._looking.cancel()
        self.usage.cpu_seconds = self._cpu() - self._cpu_before

    async def _look(self) -> None:
        while True:
            rss = self._process.memory_info().rss
            self.usage.rss_most = max(self.usage.rss_most, rss)
            self.usage.threads_most = max(self.usage.threads_most, self._process.num_threads())
            await asyncio.sleep(_LOOK_SECONDS)

    def _cpu(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)
