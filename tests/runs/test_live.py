"""Who reads a model's answer hears of those who come to watch it."""

import asyncio

from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger
from aqumen.runs.bells import Bell, Chime
from aqumen.runs.live import LiveRun
from aqumen.store.records import Lease


def test_only_who_wants_unfinished_text_wakes_those_who_read_it() -> None:
    run = LiveRun(Lease("run-1", 1), Cancel(), Ledger(), float("inf"))
    woken: list[str] = []

    async def come() -> None:
        chime = Chime(asyncio.get_running_loop())
        with run.arriving(lambda: woken.append("reader")):
            run.attach(Bell(chime, deltas=False))
            assert not woken
            run.attach(Bell(chime, deltas=True))
        run.attach(Bell(chime, deltas=True))

    asyncio.run(come())

    assert woken == ["reader"]
    assert run.watched()
