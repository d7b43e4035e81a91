"""Charts for a page without Streamlit: figures as JSON with the theme's colours beside them, for light and for dark."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from plotly.io.json import to_json_plotly

from core.evaluation import METRICS, calibration, confusion, wilson
from core.results import Interval
from dashboard import charts
from dashboard.charts import Chart
from dashboard.charts.chart import CATEGORICAL, QUIET, SEQUENTIAL, STRONG, SURFACE
from dashboard.report.facts import Facts
from dashboard.verdict import BASELINES
from dashboard.words import tr

CONFIG = Path(__file__).resolve().parent.parent / ".streamlit" / "config.toml"
MOST_CLASSES = 40


@dataclass(frozen=True)
class Drawn:
    """A chart in the report: its words, and its figure as JSON that can stand in a page."""

    key: str
    title: str
    reading: str
    alt: str
    height: int
    json: str


def in_page(value: Any) -> str:
    """JSON that no HTML parser takes for anything else."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def drawn(key: str, chart: Chart) -> Drawn:
    """The chart with its figure as JSON, without plotly's own template: the page has one."""
    made = chart.figure
    made.update_layout(template={})
    words = chart.title.replace("\\", "").replace("\u2060", "")
    height = int(made.layout.height or 320)
    return Drawn(key, words, chart.reading, chart.alt, height, in_page(to_json_plotly(made, engine="json")))


@lru_cache(maxsize=1)
def themes() -> dict[str, dict[str, Any]]:
    """For light and dark: which colour takes the place of each of the charts' placeholders, and the page's own."""
    told = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    return {look: _theme(told[look]) for look in ("light", "dark")}


def _theme(look: dict[str, Any]) -> dict[str, Any]:
    swap = dict(zip(CATEGORICAL, look["chartCategoricalColors"], strict=True))
    swap |= dict(zip(SEQUENTIAL, look["chartSequentialColors"], strict=True))
    swap |= {QUIET: look["grayColor"], STRONG: look["textColor"], SURFACE: look["backgroundColor"]}
    return {
        "swap": swap,
        "ink": look["textColor"],
        "quiet": look["grayColor"],
        "line": look["borderColor"],
        "page": look["backgroundColor"],
    }


def figures(facts: Facts) -> dict[str, Drawn]:
    """The report's charts by their key."""
    return {key: drawn(key, chart) for key, chart in _charts(facts)}


def _charts(facts: Facts) -> Iterator[tuple[str, Chart]]:
    names, measured = _standings(facts)
    bars = charts.result_bars(names, measured, metric=tr(METRICS["accuracy"].title), as_share=True)
    yield "standing", replace(bars, title=tr("Who stands where"), reading=_reading(facts))
    if money := facts.told[facts.best.id].money:
        names = [facts.names[facts.best.id], *(other.name for other in money.others)]
        yield "worth", charts.ways(names, [money.worth, *(other.worth for other in money.others)], money.currency)
    quality = [one for one in facts.evaluation(facts.best).per_class if one.rows]
    quality = sorted(quality, key=lambda one: one.recall)[:MOST_CLASSES]
    rows = np.array([one.rows for one in quality])
    recall = np.array([one.recall for one in quality])
    low, high = wilson(np.rint(recall * rows).astype(int), rows)
    labels = [one.label for one in quality]
    yield "classes", charts.per_class(labels, recall, low, high, rows, measure=tr("Rows of the class that are found"))
    answers = facts.answers[facts.best.id]
    mixed = confusion(answers)
    if len(mixed.labels) <= MOST_CLASSES:
        yield "mixups", charts.confusion(mixed.counts, mixed.labels)
    found = calibration(answers)
    yield "confidence", charts.calibration(found.stated, found.observed, found.low, found.high, found.rows)


def _reading(facts: Facts) -> str:
    said = tr("Longer is better. The thin line on each bar is the 95% interval.")
    if facts.comparison is None:
        return said
    return f"{said} {tr('Whether one run is really better is said by the sentences above, not by lines that overlap.')}"


def _standings(facts: Facts) -> tuple[list[str], list[Interval]]:
    """The runs, the best first, on their common rows; below them the simple ways beside the best run."""
    if facts.comparison:
        measured = [facts.comparison.measured[run.id]["accuracy"] for run in facts.runs]
    else:
        measured = [facts.evaluation(facts.best).metrics["accuracy"]]
    beside = facts.evaluation(facts.best).baselines
    known = [who for who in BASELINES if who in beside]
    names = [facts.names[run.id] for run in facts.runs] + [tr(BASELINES[who]) for who in known]
    return names, measured + [beside[who]["accuracy"] for who in known]
