"""Charts of numbers: one answer among what is true elsewhere, and how a column's numbers are spread."""

import math

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.answers.number.scale import Scale
from dashboard.charts.chart import ACCENT, FAINT, STRONG, Chart, figure
from dashboard.formats import amount, count
from dashboard.plain import plain_in_chart
from dashboard.words import tr

Floats = NDArray[np.float64]
MOST_BARS = 40


def answer_among(known: Floats, value: float, low: float, high: float, scale: Scale) -> Chart:
    """One answer and its range, over how often each true number comes among the held-out rows."""
    edges, heights = bars(known)
    tallest = float(heights.max(initial=1))
    traces = [_columns(edges, heights)]
    if not math.isnan(low):
        traces.append(_range(low, high, tallest, scale))
    traces.append(
        go.Scatter(
            x=[value],
            y=[tallest * 1.12],
            mode="markers",
            marker={"size": 13, "color": ACCENT, "symbol": "diamond"},
            name=tr("the answer"),
            hovertemplate=plain_in_chart(scale(value)) + "<extra></extra>",
        )
    )
    unit = plain_in_chart(scale.unit)
    made = figure(*traces, x=unit or tr("Number"), y=tr("Held-out rows"), height=260, bargap=0.02)
    made.update_yaxes(range=[0, tallest * 1.3])
    return Chart(
        made,
        tr("Where this answer lies"),
        tr("The bars are the true numbers of rows that the model never learned from. The line is the answer's range."),
        alt=tr("The answer is {value}", value=scale(value)),
    )


def spread(numbers: Floats, unit: str = "") -> Chart:
    """How often each number comes in a column."""
    edges, heights = bars(numbers)
    made = figure(
        _columns(edges, heights, ACCENT), x=plain_in_chart(unit) or tr("Number"), y=tr("Rows"), height=320, bargap=0.02
    )
    middle = float(np.median(numbers))
    made.add_vline(x=middle, line={"color": STRONG, "width": 1.2, "dash": "dot"})
    return Chart(
        made,
        tr("How the numbers are spread"),
        tr("The dotted line is the middle: half of the rows are below it. Rare numbers are learned worst."),
        alt=tr("{n} rows around {middle}", n=count(len(numbers)), middle=amount(middle)),
    )


def bars(numbers: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Edges of equally wide bars, and how many numbers each holds; one bar a value where there are few values."""
    different = np.unique(numbers)
    if 1 < len(different) <= MOST_BARS / 2:
        width = float(np.diff(different).min())
        if (different[-1] - different[0]) / width <= MOST_BARS:
            edges = np.arange(different[0] - width / 2, different[-1] + width, width)
            return edges, np.histogram(numbers, edges)[0]
    edges = np.histogram_bin_edges(numbers, bins=min(MOST_BARS, max(8, round(2 * len(numbers) ** (1 / 3)))))
    return edges, np.histogram(numbers, edges)[0]


def _columns(edges: Floats, heights: NDArray[np.intp], colour: str = FAINT) -> go.Bar:
    return go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=heights,
        width=np.diff(edges) * 0.96,
        marker={"color": colour},
        customdata=np.column_stack([edges[:-1], edges[1:]]),
        hovertemplate=tr("{low} to {high}: {n} rows").format(
            low="%{customdata[0]:,.4~g}", high="%{customdata[1]:,.4~g}", n="%{y:,}"
        )
        + "<extra></extra>",
        showlegend=False,
    )


def _range(low: float, high: float, tallest: float, scale: Scale) -> go.Scatter:
    return go.Scatter(
        x=[low, high],
        y=[tallest * 1.12] * 2,
        mode="lines+markers",
        line={"color": STRONG, "width": 3},
        marker={"symbol": "line-ns-open", "size": 16, "color": STRONG, "line": {"width": 3}},
        name=tr("90 of 100"),
        hovertemplate=plain_in_chart(scale.span(low, high)) + "<extra></extra>",
    )
