"""What is measured while a model learns: its unit, how it is said, and which way is better."""

from core.evaluation import MEANINGS
from dashboard.language.formats import metric_value
from dashboard.language.words import tr


def lower_is_better(name: str) -> bool:
    """Whether a falling line of this series is good; a loss's is."""
    metric = _metric(name)
    return metric not in MEANINGS or not MEANINGS[metric].higher_is_better


def is_share(name: str) -> bool:
    """Whether it is drawn from 0% to 100%."""
    return not lower_is_better(name)


def unit_of(name: str) -> str:
    """What its axis is called."""
    metric = _metric(name)
    if metric in MEANINGS and MEANINGS[metric].unit == "target":
        return tr("How far off")
    return tr("Share") if is_share(name) else tr("Loss")


def said(name: str, value: float) -> str:
    """One of its values: 94.1%, 0.513, or in the target's own unit."""
    return f"{value:.1%}" if is_share(name) else metric_value(_metric(name), value)


def _metric(name: str) -> str:
    """The metric that a series such as `validation/accuracy` measures."""
    return name.rpartition("/")[2]
