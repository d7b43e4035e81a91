"""Metrics in words; and those of a training curve, with losses: their unit, their format, which direction is better."""

from core.evaluation import MEANINGS
from dashboard.language.formats import metric_value
from dashboard.language.words import tr


def counts(metric: str) -> str:
    """Unit that a metric counts of single rows: "right" answers, how "near" they are, or ""."""
    return MEANINGS[metric].counts if metric in MEANINGS else ""


def title_of(metric: str) -> str:
    """Title of a metric; its key where it is unknown here."""
    return tr(MEANINGS[metric].title) if metric in MEANINGS else metric


def lower_is_better(name: str) -> bool:
    """Whether a falling line of this series is good; a loss's is."""
    metric = _metric(name)
    return metric not in MEANINGS or not MEANINGS[metric].higher_is_better


def is_share(name: str) -> bool:
    """Whether the series is drawn from 0% to 100%."""
    return not lower_is_better(name)


def unit_of(name: str) -> str:
    """Title of the series' axis."""
    metric = _metric(name)
    if metric in MEANINGS and MEANINGS[metric].unit == "target":
        return tr("How far off")
    return tr("Share") if is_share(name) else tr("Loss")


def said(name: str, value: float) -> str:
    """Format of one value of the series: 94.1%, 0.513, or in the target's own unit."""
    return f"{value:.1%}" if is_share(name) else metric_value(_metric(name), value)


def _metric(name: str) -> str:
    """Metric name of a series such as `validation/accuracy`."""
    return name.rpartition("/")[2]
