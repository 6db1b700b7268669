"""The Grafana dashboard asks for nothing but what a process shows."""

import json
import re
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from aqumen.metrics import Census, Metrics
from fakes.processes import ROOT

DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text("utf-8"))
TARGETS = [(panel["title"], each) for panel in DASHBOARD["panels"] for each in panel["targets"]]
SELECTOR = re.compile(r"((?:aqumen|process)_\w+)(?:\{([^}]*)\})?")
OF_PROMETHEUS = {"job", "instance", "le"}


@pytest.fixture(scope="module")
def shown() -> dict[str, dict[str, set[str]]]:
    """Every series' name, with its labels and their values."""
    metrics = Metrics()
    metrics.watch(Census)
    found: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)
    return found


@pytest.mark.parametrize(("title", "target"), TARGETS)
def test_a_panel_asks_for_series_and_labels_that_exist(
    title: str, target: dict[str, str], shown: dict[str, dict[str, set[str]]]
) -> None:
    asked = SELECTOR.findall(target["expr"])
    grouped = re.findall(r"by \(([^)]*)\)", target["expr"])

    assert asked, title
    for name, selectors in asked:
        assert name in shown
        for label, value in re.findall(r'(\w+)=~?"([^"]*)"', selectors):
            assert label in OF_PROMETHEUS or value in shown[name][label]
        for label in ", ".join(grouped).split(", ") if grouped else []:
            assert label in OF_PROMETHEUS | set(shown[name])
    for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
        assert label in OF_PROMETHEUS or label in ", ".join(grouped)


def test_every_series_of_ours_is_on_the_dashboard_or_known_not_to_be(
    shown: dict[str, dict[str, set[str]]],
) -> None:
    text = json.dumps(DASHBOARD)
    ours = {name for name in shown if name.startswith("aqumen_")}
    missing = {name for name in ours if not re.search(rf"\b{name}\b", text)}
    sums = {name for name in missing if name.endswith(("_sum", "_count"))}

    assert missing - sums == {
        "aqumen_call_seconds_bucket",
        "aqumen_model_calls_total",
        "aqumen_queue_slots",
        "aqumen_runs_created_total",
        "aqumen_samples_total",
    }


def test_panels_stand_beside_each_other() -> None:
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in DASHBOARD["panels"]]

    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
