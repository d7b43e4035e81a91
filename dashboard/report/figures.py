"""Plotly figures as JSON for a page without Streamlit, with the theme's colours for light and for dark."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from plotly.io.json import to_json_plotly

from core.baselines import BASELINES
from core.evaluation.records import Interval
from dashboard.answers import room
from dashboard.charts import Chart
from dashboard.charts.chart import CATEGORICAL, QUIET, SEQUENTIAL, STRONG, SURFACE
from dashboard.language.words import joined, tr
from dashboard.report.facts import Facts

CONFIG = Path(__file__).resolve().parents[1] / "server" / ".streamlit" / "config.toml"


@dataclass(frozen=True)
class Drawn:
    """Serialised chart of a report: its texts, and its figure as JSON that can stand in HTML."""

    key: str
    title: str
    reading: str
    alt: str
    height: int
    json: str


def in_page(value: Any) -> str:
    """JSON escaped for HTML, so that it cannot end the script element it stands in."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def drawn(key: str, chart: Chart) -> Drawn:
    """Serialised chart, without plotly's own template: the page has one."""
    made = chart.figure
    made.update_layout(template={})
    height = int(made.layout.height or 320)
    return Drawn(key, chart.name, chart.reading, chart.said, height, in_page(to_json_plotly(made, engine="json")))


@lru_cache(maxsize=1)
def themes() -> dict[str, dict[str, Any]]:
    """Colour themes, light and dark: the colours for the charts' placeholders, and the page's own."""
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
    """Serialised charts of the report by key."""
    return {key: drawn(key, chart) for key, chart in _charts(facts)}


def _charts(facts: Facts) -> Iterator[tuple[str, Chart]]:
    say, told = room(facts.kind, "report"), facts.told[facts.best.id]
    names, measured = _standings(facts)
    yield "standing", replace(say.standing(names, measured), title=tr("Who stands where"), reading=_reading(facts))
    if money := told.money:
        names = [facts.names[facts.best.id], *(other.name for other in money.others)]
        worths = [money.worth, *(other.worth for other in money.others)]
        yield "worth", room(facts.kind, "worth").chart(names, worths, money.currency)
    yield from say.figures(facts)


def _reading(facts: Facts) -> str:
    said: str = room(facts.kind, "report").better()
    if facts.comparison is None:
        return said
    return joined(
        [said, tr("Whether one run is really better is said by the sentences above, not by lines that overlap.")]
    )


def _standings(facts: Facts) -> tuple[list[str], list[Interval]]:
    """Names and headline metrics: the runs, the best first, on their common rows, then the best run's baselines."""
    best = facts.evaluation(facts.best)
    name = best.headline
    compared = facts.comparison
    measured = [compared.shown(run.id) for run in facts.runs] if compared else [best.metrics[name]]
    known = [who for who in BASELINES if name in best.baselines.get(who, {})]
    names = [facts.names[run.id] for run in facts.runs] + [tr(BASELINES[who].title) for who in known]
    return names, measured + [best.baselines[who][name] for who in known]
