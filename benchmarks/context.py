"""Where and on what the figures were measured."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from timeit import repeat

import psutil

from aqumen.simulator.pace import PIECES_PER_SECOND

_PACKAGES = ("fastapi", "uvicorn", "sse-starlette", "boto3", "sqlalchemy", "pydantic")


def describe(speed: float) -> list[str]:
    """Return the lines that go above the tables."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return [
        f"# Aqumen, measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "",
        f"- {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} "
        f"{platform.release()}, load {load:.1f} before the start",
        f"- Python {platform.python_version()}, which adds up a million numbers in "
        f"{min(repeat('sum(n * n for n in range(10**6))', number=1, repeat=5)) * 1000:.0f} ms "
        "(it depends on how it was built, and on the hour), "
        + ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        f"- the offline Bedrock at speed {speed:g}, {PIECES_PER_SECOND} pieces a second, the API "
        "and the clients are three processes on this machine; the API keeps its runs in SQLite",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
