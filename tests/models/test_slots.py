"""Places for open calls are limited and given back."""

import threading

from aqumen.models.cancel import Cancel
from aqumen.models.slots import Slots


def test_no_more_calls_are_open_at_once_than_there_are_places() -> None:
    open_now, most, lock = 0, 0, threading.Lock()
    slots = Slots(3)

    def work() -> None:
        nonlocal open_now, most
        for _ in range(20):
            with slots.taken(Cancel(), 10):
                with lock:
                    open_now += 1
                    most = max(most, open_now)
                threading.Event().wait(0.0005)
                with lock:
                    open_now -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert most == 3
    assert (slots._free, len(slots._waiting)) == (3, 0)
