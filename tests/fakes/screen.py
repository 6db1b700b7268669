"""A screen of the console, drawn without a browser."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "frontend-dev" / "streamlit_app.py"
HISTORY = "console/views/history.py"
COMPARE = "console/views/compare.py"
LIMIT = 20.0

Open = Callable[..., AppTest]


def shown(app: AppTest) -> str:
    """Return the HTML and the messages of the page."""
    assert not app.exception, app.exception
    html = [str(element.proto.body) for element in app.get("html")]
    html += [str(data.get("html", "")) for data in drawn(app)]
    html += [json.dumps(row) for row in listed(app)]
    said = [str(each.value) for each in (*app.error, *app.warning, *app.info, *app.caption)]
    return "\n".join([*html, *said])


def drawn(app: AppTest) -> list[dict[str, Any]]:
    """Return what the page's own components were given, one after another."""
    return [json.loads(each.proto.json or "{}") for each in app.get("bidi_component")]


def listed(app: AppTest) -> list[dict[str, Any]]:
    """Return the rows of the page's list of runs."""
    return [row for data in drawn(app) for row in data.get("rows", ())]


def select(app: AppTest, *run_ids: str, turn: int | None = None) -> None:
    """Have the list of runs say what is selected, as the browser does."""
    (said,) = [each.proto for each in app.get("bidi_component") if "rows" in each.proto.json]
    now = json.loads(said.json)["turn"] if turn is None else turn
    chosen = {"turn": now, "runs": run_ids}
    _tell(app, WidgetState(id=said.id, json_value=json.dumps({"chosen": chosen})))


def turn_to(app: AppTest, key: str, tab: str) -> None:
    """Click on one of the tabs that have a key."""
    ids = [str(each.proto.tab_container.id) for each in app.get("tab_container")]
    (tabs,) = [each for each in ids if each.endswith(f"-{key}")]
    _tell(app, WidgetState(id=tabs, string_value=tab))


def fold(app: AppTest, key: str, *, opened: bool) -> None:
    """Open or close the card that has a key."""
    (card,) = [str(each.proto.id) for each in app.expander if each.proto.id.endswith(f"-{key}")]
    _tell(app, WidgetState(id=card, bool_value=opened))


def _tell(app: AppTest, state: WidgetState) -> None:
    """Have the browser say what an element that these tests have no method for holds."""
    states = app._tree.get_widget_states()
    states.widgets.append(state)
    app._run(states)


def cards(app: AppTest) -> list[str]:
    return [card.label for card in app.expander]


def until(app: AppTest, holds: Callable[[], bool]) -> None:
    """Draw again until something holds: fragments do not tick in these tests."""
    end = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < end, shown(app)
        app.run()


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def ask(app: AppTest, topic: str) -> None:
    next(field for field in app.text_input if field.key == "topic").set_value(topic)
    press(app, "Generate")


def meters(app: AppTest) -> dict[str, tuple[str, str]]:
    """Return the figures at the top of a run: each a value and the smaller addition to it."""
    strip = next(part for part in shown(app).split("\n") if '<div class="aq-strip">' in part)
    cells = re.findall(r"<div><i>(.*?)</i><b>(.*?)</b> <small>(.*?)</small></div>", strip)
    return {name: (value, more) for name, value, more in cells}
