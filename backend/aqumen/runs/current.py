"""Which run a thread works for, so that whatever is logged there can say so."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_run: ContextVar[str | None] = ContextVar("aqumen_run", default=None)


def current_run() -> str | None:
    """Return the id of the run this thread works for, if it works for one."""
    return _run.get()


@contextmanager
def working_for(run_id: str) -> Generator[None]:
    """Work for a run inside the block, and in the threads that are given its context."""
    before = _run.set(run_id)
    try:
        yield
    finally:
        _run.reset(before)
