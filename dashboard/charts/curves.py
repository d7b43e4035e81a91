"""ROC, precision-recall and calibration curves."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.chart import ACCENT, QUIET, Chart, figure, share_axis
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr


def roc(false_positive: np.ndarray, true_positive: np.ndarray, *, label: str, area: float) -> Chart:
    """ROC curve: the true-positive rate against the false-positive rate over every threshold."""
    made = figure(
        _curve(false_positive, true_positive, "lines", tr("False positive rate %{x:.1%}, recall %{y:.1%}")),
        _guide(np.array([0.0, 1.0]), np.array([0.0, 1.0])),
        x=tr("False positive rate"),
        y=tr("Recall"),
        height=360,
        showlegend=False,
    )
    return Chart(
        _square(made),
        tr("ROC curve: {label} (area {area})", label=_name(label), area=f"{area:.3f}"),
        tr(
            "The further the curve bends to the upper left, the better. On the dotted line the model would only guess; "
            "an area of 1 is perfect, 0.5 is a coin."
        ),
        alt=tr("ROC curve of {label}, area {area}", label=shortened(label, 40), area=f"{area:.3f}"),
    )


def precision_recall(
    recall: np.ndarray, precision: np.ndarray, *, label: str, average: float, prevalence: float
) -> Chart:
    """Precision-recall curve: how many of the answers are right against how much of the class is found."""
    made = figure(
        _curve(recall, precision, "lines", tr("Found %{x:.1%}, of which right %{y:.1%}")),
        _guide(np.array([0.0, 1.0]), np.array([prevalence, prevalence])),
        x=tr("Recall"),
        y=tr("Precision"),
        height=360,
        showlegend=False,
    )
    return Chart(
        _square(made),
        tr("Right answers against found rows: {label} (average {ap})", label=_name(label), ap=f"{average:.3f}"),
        tr(
            "The further to the upper right, the better. The dotted line is the share of this class among all rows: "
            "what guessing would reach."
        ),
        alt=tr("Precision and recall of {label}, average {ap}", label=shortened(label, 40), ap=f"{average:.3f}"),
    )


def calibration(
    stated: np.ndarray, observed: np.ndarray, low: np.ndarray, high: np.ndarray, rows: Sequence[int] | np.ndarray
) -> Chart:
    """Reliability diagram: stated confidence against the share of right answers, in bins, with a band for the curve."""
    points = go.Scatter(
        x=stated,
        y=observed,
        mode="lines+markers",
        line={"color": ACCENT, "width": 2},
        marker={"size": 8, "color": ACCENT},
        customdata=np.column_stack([np.asarray(rows), low, high]),
        hovertemplate=tr(
            "Claimed %{x:.0%}, right %{y:.1%} (%{customdata[1]:.1%} to %{customdata[2]:.1%}), %{customdata[0]:,d} rows"
        )
        + "<extra></extra>",
    )
    made = figure(
        _band(stated, low, high),
        points,
        _guide(np.array([0.0, 1.0]), np.array([0.0, 1.0])),
        x=tr("Stated confidence"),
        y=tr("Observed accuracy"),
        height=360,
        showlegend=False,
    )
    return Chart(
        _square(made),
        tr("Calibration"),
        tr(
            "On the dotted line, answers given with 80% confidence are right 80% of the time. Below the line the model "
            "is too sure of itself; above it, too modest. The whole true curve lies in the shaded band at least 95 "
            "times of 100: where the dotted line leaves it, its confidence is off by more than luck."
        ),
        alt=tr("Calibration over {n} groups", n=len(stated)),
    )


def _band(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> go.Scatter:
    """Area between two lines, as a closed shape."""
    return go.Scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        mode="lines",
        line={"color": QUIET, "width": 1},
        fill="toself",
        fillcolor=QUIET,
        opacity=0.25,
        hoverinfo="skip",
        showlegend=False,
    )


def _curve(x: np.ndarray, y: np.ndarray, mode: str, hover: str) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode=mode,
        line={"color": ACCENT, "width": 2.4},
        hovertemplate=hover + "<extra></extra>",
    )


def _guide(x: np.ndarray, y: np.ndarray) -> go.Scatter:
    """No-skill line, dotted."""
    return go.Scatter(x=x, y=y, mode="lines", line={"color": QUIET, "width": 1.2, "dash": "dot"}, hoverinfo="skip")


def _square(made: go.Figure) -> go.Figure:
    made.update_xaxes(**share_axis(range=[-0.01, 1.01], showgrid=True))
    made.update_yaxes(**share_axis(range=[-0.01, 1.02]))
    return made


def _name(label: str) -> str:
    return plain(shortened(label, 40))
