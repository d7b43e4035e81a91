"""Training curves: the loss and the validation metrics as they come in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.chart import CATEGORICAL, Chart, figure
from dashboard.language.plain import plain_in_chart
from dashboard.language.words import listed, tr


@dataclass(frozen=True)
class Line:
    """One measured series: x and y of equal length."""

    name: str
    x: np.ndarray
    y: np.ndarray


def lines(drawn: Sequence[Line], *, title: str, x: str, y: str, reading: str, as_share: bool = False) -> Chart:
    """The series over training. A series with one value is drawn as a point."""
    traces = [
        go.Scatter(
            x=line.x,
            y=line.y,
            name=plain_in_chart(line.name),
            mode="lines+markers" if len(line.x) <= 40 else "lines",
            line={"color": CATEGORICAL[i % 10], "width": 2},
            marker={"size": 5},
            hovertemplate="%{y:.1%}" if as_share else "%{y:.4g}",
        )
        for i, line in enumerate(drawn)
    ]
    values = {"tickformat": ".0%", "range": [0, 1.02]} if as_share else {"rangemode": "tozero"}
    shown = {"hovermode": "x unified", "showlegend": True, "xaxis": {"rangemode": "tozero"}, "yaxis": values}
    made = figure(*traces, x=x, y=y, height=280, **shown)
    last = listed(f"{line.name} {line.y[-1]:.3g}" for line in drawn if len(line.y))
    return Chart(made, title, reading, alt=tr("{title}, latest values: {last}", title=title, last=last))
