"""The exercise's page, and the ways that lead to it."""

from fakes.api import FakeApi, Reply, problem
from fakes.screen import Open, press, shown, until
from fakes.story import Story

PLACE = "/api/play/tok"
EXERCISE = {
    "title": "Find <b>them</b>",
    "difficulty": "Beginner",
    "content_type": "code",
    "errors_to_find": 1,
    "lines": [{"number": 1, "text": "a = <1> + 2", "pieces": [{"start": 0, "end": 11}]}],
}
WRONG = {"line": 1, "start": 4, "end": 7, "explanation": "<i>One</i> is wrong.", "mistake": "M"}


def opened_by_link(opened: Open, api: FakeApi, answer: Reply):  # noqa: ANN201
    api.refusals[PLACE] = answer
    app = opened()
    api.seen.clear()
    app.query_params["play"] = "tok"
    return app.run()
