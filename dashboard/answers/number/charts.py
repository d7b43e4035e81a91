"""Charts of numbers: one answer among true ones, how a column is spread, what errors cost and what moving saves."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.arrays import Floats
from core.evaluation.records import Interval
from core.payoff.number import NumberDecision, ShiftCurve
from dashboard.answers.number.scale import Scale
from dashboard.charts.chart import ACCENT, FAINT, QUIET, STRONG, Chart, figure
from dashboard.charts.quality import whiskers
from dashboard.language.formats import amount, count
from dashboard.language.plain import plain_in_chart
from dashboard.language.words import tr
from dashboard.sentences.money import money, money_between

MOST_BARS = 40


def answer_among(known: Floats, value: float, low: float, high: float, scale: Scale) -> Chart:
    """One answer and its prediction interval, over how often each true number comes among the test rows."""
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
    made = figure(*traces, x=unit or tr("Number"), y=tr("Test rows"), height=260, bargap=0.02)
    made.update_yaxes(range=[0, tallest * 1.3])
    return Chart(
        made,
        tr("Where this answer lies"),
        tr(
            "The bars are the true numbers of rows that the model never learned from. The line is the answer's "
            "prediction interval."
        ),
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


def costs(names: Sequence[str], costs: Sequence[Interval], currency: str) -> Chart:
    """What errors in 1,000 cases cost, answered one way and another, each with its interval. The first is the model."""
    named = plain_in_chart(currency)
    trace = go.Bar(
        y=[plain_in_chart(name, 34) for name in names],
        x=np.array([one.value for one in costs]),
        orientation="h",
        marker={"color": [ACCENT, *[FAINT] * (len(names) - 1)], "cornerradius": 3},
        error_x=whiskers(costs),
        customdata=[[money(one.value, named), money_between(one, named)] for one in costs],
        hovertemplate="%{y}: %{customdata[0]} (%{customdata[1]})<extra></extra>",
    )
    made = figure(trace, x=tr("{currency} for 1,000 cases", currency=named), y="", height=100 + 38 * len(names))
    made.update_yaxes(autorange="reversed")
    made.update_xaxes(tickformat=",~r", rangemode="tozero")
    return Chart(
        made,
        tr("What errors in 1,000 cases cost, answered one way or another"),
        tr("Shorter is better. The thin line is where the true average lies, 95 times of 100."),
        alt="; ".join(f"{name}: {money(one.value, currency)}" for name, one in zip(names, costs, strict=True)),
    )


def moved(curve: ShiftCurve, size: float, decision: NumberDecision, scale: Scale) -> Chart:
    """What errors cost when answers are moved; `size` is what one step of the shift comes to on average."""
    steps, paid = np.array(curve.shifts) * size, -np.array(curve.per_1000)
    here = int(np.abs(np.array(curve.shifts) - decision.shift).argmin())
    currency = plain_in_chart(decision.currency)
    line = go.Scatter(
        x=steps,
        y=paid,
        mode="lines",
        line={"color": ACCENT, "width": 2.4},
        customdata=[[plain_in_chart(scale.signed(x)), money(y, currency)] for x, y in zip(steps, paid, strict=True)],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    point = go.Scatter(
        x=[steps[here]],
        y=[paid[here]],
        mode="markers",
        marker={"size": 11, "color": STRONG},
        name=tr("as decided"),
        hoverinfo="skip",
    )
    unit = f" ({plain_in_chart(scale.unit)})" if scale.unit else ""
    made = figure(
        line,
        point,
        x=tr("Answers moved by, on average") + unit,
        y=tr("{currency} for 1,000 cases", currency=currency),
        height=360,
    )
    made.add_vline(x=0, line={"color": QUIET, "width": 1.2, "dash": "dot"})
    made.update_yaxes(tickformat=",~r", rangemode="tozero")
    return Chart(
        made,
        tr("How far to move the answers"),
        tr(
            "Lower is better. The dotted line is the model's own answer. These are the rows on which the answer was "
            "chosen: on others the lowest point would lie a little elsewhere."
        ),
        alt=tr("Errors cost least at {n}", n=scale.signed(float(steps[here]))),
    )
