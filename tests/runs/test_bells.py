"""Readers of runs are woken at once by events, and together by unfinished text."""

import asyncio
from collections.abc import Awaitable, Callable

from aqumen.runs.bells import Bell, Chime

_LONG_SECONDS = 10.0


def _on_a_loop(story: Callable[[Chime], Awaitable[None]]) -> None:
    async def told() -> None:
        async with asyncio.timeout(_LONG_SECONDS):
            await story(Chime(asyncio.get_running_loop()))

    asyncio.run(told())


def _chime_all(bells: list[Bell]) -> None:
    for bell in bells:
        bell.chime()


async def _heard_at(bell: Bell) -> float:
    await bell.wait(_LONG_SECONDS)
    return asyncio.get_running_loop().time()


def test_text_for_several_readers_wakes_all_of_them_in_one_turn_of_the_loop() -> None:
    async def story(chime: Chime) -> None:
        first, *bells = [Bell(chime, deltas=True) for _ in range(50)]
        first.chime()
        await first.wait(_LONG_SECONDS)
        waiting = [asyncio.create_task(bell.wait(_LONG_SECONDS)) for bell in bells]
        await asyncio.to_thread(_chime_all, bells)
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == len(bells)

    _on_a_loop(story)


def test_text_that_follows_on_text_waits_for_the_next_chime() -> None:
    async def story(chime: Chime) -> None:
        bell = Bell(chime, deltas=True)
        bell.chime()
        first = await _heard_at(bell)
        bell.chime()
        second = await _heard_at(bell)
        assert 0.025 <= second - first < 1

    _on_a_loop(story)


def test_an_event_does_not_wait_for_the_chime() -> None:
    async def story(chime: Chime) -> None:
        other, bell = Bell(chime, deltas=True), Bell(chime, deltas=True)
        other.chime()
        await other.wait(_LONG_SECONDS)
        bell.chime()
        bell.ring()
        await bell.wait(_LONG_SECONDS)
        other.chime()
        # The chime that both are to ring with has not come: only the event has.
        assert not other.rung.is_set()

    _on_a_loop(story)


def test_a_wait_without_a_ring_has_an_end_and_a_later_ring_is_heard() -> None:
    async def story(chime: Chime) -> None:
        bell = Bell(chime, deltas=False)
        await bell.wait(0.01)
        bell.ring()
        await bell.wait(_LONG_SECONDS)

    _on_a_loop(story)


def test_bells_of_a_loop_that_is_closed_ring_for_nobody() -> None:
    kept: list[Bell] = []

    async def story(chime: Chime) -> None:
        kept.append(Bell(chime, deltas=True))

    _on_a_loop(story)
    kept[0].chime()
    kept[0].ring()
