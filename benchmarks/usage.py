"""What processes take while something goes on."""

import asyncio
from dataclasses import dataclass

import psutil

_LOOK_SECONDS = 0.25


@dataclass(slots=True)
class Usage:
    """Memory, threads and processor time of processes, over a while."""

    rss_before: int
    """Bytes."""
    rss_most: int = 0
    threads_most: int = 0
    cpu_seconds: float = 0.0

    @property
    def rss_mb(self) -> float:
        """The most memory, in MB."""
        return self.rss_most / 2**20

    def cpu_ms(self, runs: int) -> float:
        """Return the processor's milliseconds for each of so many runs."""
        return 1000 * self.cpu_seconds / runs


class Watch:
    """Looks at processes four times a second, inside `async with`, and takes them together."""

    def __init__(self, *pids: int) -> None:
        self._processes = [psutil.Process(pid) for pid in pids]
        self.usage = Usage(rss_before=self._rss())
        self._cpu_before = self._cpu()

    async def __aenter__(self) -> Usage:
        self._looking = asyncio.create_task(self._look())
        return self.usage

    async def __aexit__(self, *_exc: object) -> None:
        self._looking.cancel()
        self.usage.cpu_seconds = self._cpu() - self._cpu_before

    async def _look(self) -> None:
        while True:
            self.usage.rss_most = max(self.usage.rss_most, self._rss())
            threads = sum(each.num_threads() for each in self._processes)
            self.usage.threads_most = max(self.usage.threads_most, threads)
            await asyncio.sleep(_LOOK_SECONDS)

    def _rss(self) -> int:
        return sum(each.memory_info().rss for each in self._processes)

    def _cpu(self) -> float:
        times = [each.cpu_times() for each in self._processes]
        return float(sum(each.user + each.system for each in times))
