"""Columns of a table as a model goes by them: how much each is worth, and the answer at each of its values."""

from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go

from core.explanations import ColumnImportance, ColumnShape
from dashboard.charts.chart import ACCENT, FAINT, NAMES, STRONG, WRITING, Chart, figure, share_axis
from dashboard.language.formats import share
from dashboard.language.plain import plain_in_chart
from dashboard.language.words import tr

LONGEST = 24
BAR_HEIGHT = 30
ROWS_PART = 4.5
"""The bars that say how many rows have a value reach up to one part in so many of the chart's height."""
Said = Callable[[float], str]


def importances(drawn: Sequence[ColumnImportance], *, said: Said, axis: str, scale: float) -> Chart:
    """Bar chart of columns' importance with intervals, in the order given; those that may be worth nothing are grey.

    `scale` is what a loss is multiplied by on the axis, which `axis` names.
    """
    numbers = list(range(len(drawn)))
    losses, lows, highs = (
        scale * np.array([getattr(one, name) for one in drawn], dtype=float) for name in ("loss", "low", "high")
    )
    bars = go.Bar(
        x=losses,
        y=numbers,
        orientation="h",
        marker={"color": [ACCENT if one.matters else FAINT for one in drawn], "cornerradius": 3},
        error_x=_whiskers(lows, losses, highs),
        customdata=[
            [
                plain_in_chart(one.name, 60),
                said(one.loss),
                tr("{low} to {high}", low=said(one.low), high=said(one.high)),
            ]
            for one in drawn
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} (%{customdata[2]})<extra></extra>",
    )
    made = figure(bars, x=axis, y="", height=90 + BAR_HEIGHT * max(1, len(drawn)))
    made.update_yaxes(
        autorange="reversed",
        tickvals=numbers,
        ticktext=[plain_in_chart(one.name, LONGEST) for one in drawn],
        showgrid=False,
    )
    made.update_xaxes(zeroline=True)
    spoken = "; ".join(f"{plain_in_chart(one.name, 40)} {said(one.loss)}" for one in drawn[:3])
    return Chart(
        made,
        tr("How much worse without a column"),
        tr(
            "The longer, the more the answers hang on it. The thin line holds the true value 95 times of 100. A grey "
            "bar may be nothing: that is judged over all columns together, for among many one stands out by luck."
        ),
        alt=tr("{n} columns; the first: {spoken}", n=len(drawn), spoken=spoken),
    )


def dependence(shape: ColumnShape, place: int, *, answer: str, as_share: bool, title: str) -> Chart:
    """Chart of the mean answer at each value of a column, for the answer at `place`; `answer` names the axis."""
    means = np.array(shape.means[place])
    traces = _line(shape, place, as_share=as_share) if shape.is_ordered else [_bars(shape, place, as_share=as_share)]
    made = figure(*traces, x=plain_in_chart(shape.name, 60), y=answer, height=360, showlegend=False)
    if shape.is_ordered:
        made.add_trace(_rows(shape))
        top = max(shape.shares) * ROWS_PART
        made.update_layout(yaxis2={"overlaying": "y", "range": [0, top], "visible": False, "fixedrange": True})
    else:
        made.update_xaxes(**NAMES)
    made.update_xaxes(tickfont=WRITING)
    if as_share:
        made.update_yaxes(**share_axis())
    first, last = (f"{means[at]:.0%}" if as_share else f"{means[at]:.4g}" for at in (0, -1))
    return Chart(
        made,
        title,
        _reading(shape),
        alt=tr(
            "{column}: at {low} it is {first}, at {high} it is {last}",
            column=plain_in_chart(shape.name, 40),
            low=shape.values[0],
            high=shape.values[-1],
            first=first,
            last=last,
        ),
    )


def _reading(shape: ColumnShape) -> str:
    if not shape.is_ordered:
        return tr(
            "Each bar is the mean answer if all rows had this name here. The thin line holds that mean 95 times of 100."
        )
    return tr(
        "The strong line is the mean answer if all rows had this value, its band holds that mean 95 times of 100. The "
        "fine lines are single rows. The bars below show where rows are: where there are none, nothing was learned."
    )


def _line(shape: ColumnShape, place: int, *, as_share: bool) -> list[go.Scatter]:
    at = list(shape.values)
    low, high = list(shape.lows[place]), list(shape.highs[place])
    singles = [
        go.Scatter(x=at, y=line, mode="lines", line={"color": FAINT, "width": 0.8}, opacity=0.6, hoverinfo="skip")
        for line in shape.lines[place]
    ]
    band = go.Scatter(
        x=[*at, *reversed(at)],
        y=[*high, *reversed(low)],
        fill="toself",
        mode="none",
        fillcolor=ACCENT,
        opacity=0.25,
        hoverinfo="skip",
    )
    mean = go.Scatter(
        x=at,
        y=list(shape.means[place]),
        mode="lines+markers",
        line={"color": ACCENT, "width": 2.5},
        marker={"size": 5},
        customdata=[[share(one)] for one in shape.shares],
        hovertemplate=_hover("%{y:.1%}" if as_share else "%{y:.4g}"),
    )
    return [*singles, band, mean]


def _rows(shape: ColumnShape) -> go.Bar:
    return go.Bar(
        x=list(shape.values),
        y=list(shape.shares),
        yaxis="y2",
        marker={"color": FAINT},
        opacity=0.5,
        hoverinfo="skip",
    )


def _bars(shape: ColumnShape, place: int, *, as_share: bool) -> go.Bar:
    means = np.array(shape.means[place])
    pattern = "%{y:.1%}" if as_share else "%{y:.4g}"
    return go.Bar(
        x=[plain_in_chart(_name(value), LONGEST) for value in shape.values],
        y=means,
        marker={"color": ACCENT, "cornerradius": 3},
        error_y=_whiskers(np.array(shape.lows[place]), means, np.array(shape.highs[place])),
        customdata=[[share(one)] for one in shape.shares],
        hovertemplate=_hover(pattern),
    )


def _whiskers(lows: np.ndarray, means: np.ndarray, highs: np.ndarray) -> dict[str, object]:
    """Thin lines of intervals on bars that end at `means`."""
    ends = {"array": highs - means, "arrayminus": means - lows}
    return {"type": "data", "symmetric": False, "color": STRONG, "thickness": 1.4, "width": 3, **ends}


def _hover(value: str) -> str:
    """What is said where a value is pointed at; `value` is Plotly's pattern of the mean answer."""
    return "%{x}: " + tr("{value}, {part} of the rows", value=value, part="%{customdata[0]}") + "<extra></extra>"


def _name(value: object) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return str(value)
