"""A screen of the console, drawn without a browser."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "frontend-dev" / "streamlit_app.py"
HISTORY = "console/views/history.py"
COMPARE = "console/views/compare.py"
LIMIT = 20.0
_ROW = re.compile(
    r'<button [^>]*data-pick="([^"]*)"[^>]* data-card="([^"]*)"[^>]*'
    r'aria-expanded="([^"]*)">(.*?)</button>'
)

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
    """Click on one of the tabs of a card that have a key, by the name its address has."""
    _fire(app, next(each for each in _ids(app) if each.endswith(f"-{key}")), "turned", tab)


def click(app: AppTest, key: str, told: int = 1) -> None:
    """Click on the row of the card that has a key; the browser may tell of it more than once."""
    (id_, row) = next((id_, row) for id_, row in _rows(app) if row.key == key)
    for _ in range(told):
        _fire(app, id_, "picked", f"{row.place} {'close' if row.opened else 'open'}")


def fold(app: AppTest, key: str, *, opened: bool) -> None:
    """Open or close the expander that has a key."""
    (card,) = [str(each.proto.id) for each in app.expander if each.proto.id.endswith(f"-{key}")]
    _tell(app, WidgetState(id=card, bool_value=opened))


def _tell(app: AppTest, state: WidgetState) -> None:
    """Have the browser say what an element that these tests have no method for holds."""
    states = app._tree.get_widget_states()
    states.widgets.append(state)
    app._run(states)


class Row(NamedTuple):
    """The row of a card: its HTML, and whether the card is open."""

    key: str
    place: str
    opened: bool
    label: str


def rows(app: AppTest) -> list[Row]:
    """Return the rows of the cards of a run, from top to bottom."""
    return [row for _, row in _rows(app)]


def cards(app: AppTest) -> list[str]:
    """Return what the rows of the cards say."""
    return [row.label for row in rows(app)]


def _rows(app: AppTest) -> Iterator[tuple[str, Row]]:
    for id_, data in zip(_ids(app), drawn(app), strict=True):
        for place, key, opened, label in _ROW.findall(str(data.get("html", ""))):
            yield id_, Row(key, place, opened == "true", label)


def _ids(app: AppTest) -> list[str]:
    return [str(each.proto.id) for each in app.get("bidi_component")]


def _fire(app: AppTest, id_: str, event: str, value: str) -> None:
    """Have one of the page's own components say that something happened in it."""
    said = json.dumps([{"event": event, "value": value}])
    _tell(app, WidgetState(id=_make_trigger_id(id_, "events"), json_trigger_value=said))


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
