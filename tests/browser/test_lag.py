"""How soon the console shows what is being written: a measurement, for a machine that does no more.

The limits leave room for a machine that has other things to do for a moment; nothing heavy may
run beside it.
"""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from browser.asking import ask, enter
from browser.heard import Heard
from fakes.processes import Api

TOPIC = "SQL transactions and isolation levels"


def test_text_is_on_the_page_within_a_second_of_the_api_saying_it(
    page: Page, address: str, serve: Callable[..., Api]
) -> None:
    seconds, lags, lengths = 10.0, [], set()
    api = serve(simulator_speed=1)
    enter(page, address, api=api.url)
    ask(page, TOPIC)
    page.wait_for_url("**run=**")
    with Heard(api.url, parse_qs(urlsplit(page.url).query)["run"][0]) as heard:
        end = time.monotonic() + seconds
        while (at := time.monotonic()) < end:
            shown = page.get_by_test_id("stCode").locator("code").all_text_contents()
            lags += heard.lags(shown, at)
            lengths.add(sum(len(text) for text in shown))

    lags.sort()
    assert len(lengths) > seconds  # it grows at least every second
    half, most = lags[len(lags) // 2], lags[len(lags) * 19 // 20]
    assert half <= 1.0
    assert most <= 2.0
