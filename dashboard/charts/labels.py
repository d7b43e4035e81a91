"""Learning curves over labelled rows: quality against labels, and the net worth after the labels are paid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go

from core.evaluation.records import Interval
from dashboard.charts.chart import ACCENT, BASELINE, STRONG, Chart, figure
from dashboard.language.formats import count
from dashboard.language.plain import plain_in_chart
from dashboard.language.words import joined, tr

COLOURS = (ACCENT, BASELINE)
DODGE = 1.02
"""Dodge factor: two candidates measured at one size are drawn so far beside it that both can be seen."""
NOTHING = np.zeros(0)
_ROUND = tuple(lead * 10**power for power in range(1, 9) for lead in (1, 2, 5))


@dataclass(frozen=True)
class CurveLine:
    """Learning curve of a candidate: `values` after `rows` labels, each draw as a dot, the fitted line with its band.

    The line's arrays have equal length; it is dotted beyond the largest of `rows`.
    """

    name: str
    rows: Sequence[int]
    values: Sequence[Interval]
    dots_x: np.ndarray
    dots_y: np.ndarray
    line_x: np.ndarray = field(default_factory=lambda: NOTHING)
    line_y: np.ndarray = field(default_factory=lambda: NOTHING)
    low: np.ndarray = field(default_factory=lambda: NOTHING)
    high: np.ndarray = field(default_factory=lambda: NOTHING)


def label_curve(
    candidates: Sequence[CurveLine], *, y: str, ticks: str, reading: str, shown: Callable[[float], str]
) -> Chart:
    """Learning curves: the quality against the labels learned from, one line a candidate.

    `y` names the axis, `ticks` is its format in Plotly's words, `reading` says which way is better, `shown` writes a
    value.
    """
    made = figure(
        *(trace for place, one in enumerate(candidates) for trace in _candidate(one, place, shown)),
        x=tr("Labelled rows to learn from"),
        y=plain_in_chart(y),
        height=420,
    )
    _count_axis(made, sorted({*candidates[0].rows, *_ends(candidates)}))
    made.update_yaxes(tickformat=ticks)
    last = "; ".join(f"{one.name} {shown(one.values[-1].value)}" for one in candidates)
    points = tr(
        "A large point is the mean of several draws, a small one is a single draw. The upright line at a point holds "
        "the true value 95 times of 100."
    )
    lines = tr(
        "The shade around a fitted line holds it at least as often. The dotted part is not measured: it is where the "
        "line would go on."
    )
    return Chart(
        made,
        tr("What more labels bring"),
        joined([reading, points, *([lines] if any(len(one.line_x) for one in candidates) else [])]),
        alt=tr("With {rows} labelled rows: {last}", rows=count(candidates[0].rows[-1]), last=last),
    )


def net_worth(
    names: Sequence[str],
    x: np.ndarray,
    worths: Sequence[np.ndarray],
    *,
    best: int,
    y: str,
    title: str,
    reading: str,
    alt: str,
    are_costs: bool = False,
) -> Chart:
    """Net worth after the labels are paid, a line a candidate; the optimum of line `best` is marked.

    Where they `are_costs`, least is best. `alt` says where, after {rows} labels.
    """
    traces = [
        go.Scatter(
            x=x,
            y=worth,
            name=plain_in_chart(name),
            mode="lines",
            line={"color": COLOURS[place % 2], "width": 2.4},
            hovertemplate="%{x:,.0f}: %{y:,.0f}",
        )
        for place, (name, worth) in enumerate(zip(names, worths, strict=True))
    ]
    top = int(worths[best].argmin() if are_costs else worths[best].argmax())
    mark = go.Scatter(
        x=x[[top]],
        y=worths[best][[top]],
        mode="markers",
        marker={"size": 12, "color": COLOURS[best % 2], "symbol": "diamond", "line": {"color": STRONG, "width": 1.5}},
        showlegend=False,
        hoverinfo="skip",
    )
    made = figure(
        *traces,
        mark,
        x=tr("Labelled rows to learn from"),
        y=plain_in_chart(y),
    )
    _count_axis(made, [step for step in _ROUND if x[0] <= step <= x[-1]])
    made.update_yaxes(tickformat=",.0f")
    return Chart(
        made,
        title,
        reading,
        alt=alt.format(rows=count(round(float(x[top])))),
    )


def _candidate(one: CurveLine, place: int, shown: Callable[[float], str]) -> list[go.Scatter]:
    colour = COLOURS[place % 2]
    beside = DODGE if place else 1 / DODGE
    traces = [_dots(one, colour, beside), _points(one, colour, beside, shown)]
    if len(one.line_x):
        until = int(np.searchsorted(one.line_x, max(one.rows), side="right"))
        traces = [*_band(one, colour), _line(one, colour, slice(0, until), "solid"), *traces]
        traces.append(_line(one, colour, slice(max(0, until - 1), None), "dot"))
    return traces


def _points(one: CurveLine, colour: str, beside: float, shown: Callable[[float], str]) -> go.Scatter:
    values = np.array([[each.value, each.low, each.high] for each in one.values])
    return go.Scatter(
        x=np.asarray(one.rows) * beside,
        y=values[:, 0],
        name=plain_in_chart(one.name),
        mode="markers",
        marker={"size": 9, "color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": values[:, 2] - values[:, 0],
            "arrayminus": values[:, 0] - values[:, 1],
            "color": colour,
            "thickness": 1.6,
            "width": 4,
        },
        text=[
            tr(
                "{rows} labels: {value} ({low} to {high})",
                rows=count(rows),
                value=plain_in_chart(shown(each.value)),
                low=plain_in_chart(shown(each.low)),
                high=plain_in_chart(shown(each.high)),
            )
            for rows, each in zip(one.rows, one.values, strict=True)
        ],
        hovertemplate="%{text}",
    )


def _dots(one: CurveLine, colour: str, beside: float) -> go.Scatter:
    return go.Scatter(
        x=one.dots_x * beside**2,
        y=one.dots_y,
        mode="markers",
        marker={"size": 5, "color": colour},
        opacity=0.45,
        showlegend=False,
        hoverinfo="skip",
    )


def _line(one: CurveLine, colour: str, part: slice, dash: str) -> go.Scatter:
    return go.Scatter(
        x=one.line_x[part],
        y=one.line_y[part],
        mode="lines",
        line={"color": colour, "width": 1.8, "dash": dash},
        showlegend=False,
        hoverinfo="skip",
    )


def _band(one: CurveLine, colour: str) -> list[go.Scatter]:
    """Confidence band of the fitted line, as a closed shape."""
    return [
        go.Scatter(
            x=np.concatenate([one.line_x, one.line_x[::-1]]),
            y=np.concatenate([one.high, one.low[::-1]]),
            mode="none",
            fill="toself",
            fillcolor=colour,
            opacity=0.12,
            showlegend=False,
            hoverinfo="skip",
        )
    ]


def _ends(candidates: Sequence[CurveLine]) -> list[int]:
    return [round(float(one.line_x[-1])) for one in candidates if len(one.line_x)]


def _count_axis(made: go.Figure, ticks: Sequence[int]) -> None:
    """Logarithmic axis with these ticks: twice the labels is the same step everywhere."""
    made.update_xaxes(type="log", tickvals=list(ticks), ticktext=[count(one) for one in ticks], showgrid=True)
