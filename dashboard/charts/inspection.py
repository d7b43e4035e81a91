"""Metrics by group of rows with their intervals, and calibration before and after temperature scaling."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.evaluation import Calibration
from core.evaluation.records import Interval
from dashboard.charts.chart import ACCENT, BASELINE, QUIET, Chart, figure, share_axis
from dashboard.charts.quality import whiskers
from dashboard.language.formats import amount_interval, count
from dashboard.language.plain import plain_in_chart, shortened
from dashboard.language.words import tr

MOST_DRAWN = 40


def group_shares(
    names: Sequence[str],
    shares: Sequence[Interval],
    rows: Sequence[int],
    *,
    title: str,
    measure: str,
    reading: str,
    overall: float | None = None,
    whole: bool = True,
) -> Chart:
    """Dot plot of a share for each group with its interval, in the order given; a dotted line marks all rows together.

    At most forty groups are drawn, from 0% to 100%, or where the intervals lie if not `whole`. `title` is safe
    Markdown.
    """
    said = [
        f"{one.value:.1%} ({one.low:.1%} {tr('to')} {one.high:.1%}), {tr('{n} rows', n=count(number))}"
        for one, number in zip(shares, rows, strict=True)
    ]
    made = _groups(names, shares, said, measure, overall)
    made.update_xaxes(**share_axis(range=[-0.01, 1.02] if whole else _around(shares), showgrid=True))
    return Chart(made, title, reading, alt=_groups_alt(measure, names, said))


def _around(shares: Sequence[Interval]) -> list[float]:
    """Range of an axis that holds the intervals, at least a tenth wide."""
    low, high = min(one.low for one in shares), max(one.high for one in shares)
    spare = max(0.08 * (high - low), (0.1 - (high - low)) / 2)
    return [max(low - spare, -0.01), min(high + spare, 1.02)]


def group_levels(
    names: Sequence[str],
    levels: Sequence[Interval],
    rows: Sequence[int],
    *,
    title: str,
    measure: str,
    reading: str,
    overall: float | None = None,
) -> Chart:
    """Dot plot of a mean, in the target's own unit, for each group with its interval; a dotted line marks all rows.

    At most forty groups are drawn. `title` is safe Markdown.
    """
    said = [
        f"{amount_interval(one)}, {tr('{n} rows', n=count(number))}" for one, number in zip(levels, rows, strict=True)
    ]
    made = _groups(names, levels, said, measure, overall)
    made.update_xaxes(rangemode="tozero", showgrid=True)
    return Chart(made, title, reading, alt=_groups_alt(measure, names, said))


def _groups(
    names: Sequence[str], measured: Sequence[Interval], said: Sequence[str], measure: str, overall: float | None
) -> go.Figure:
    """Dot plot: a point with its interval a group, the first at the top; `said` is what stands beside the pointer."""
    names, measured, said = names[:MOST_DRAWN], measured[:MOST_DRAWN], said[:MOST_DRAWN]
    places = list(range(len(names)))
    points = go.Scatter(
        x=np.array([one.value for one in measured]),
        y=places,
        mode="markers",
        marker={"size": 9, "color": ACCENT},
        error_x=whiskers(measured),
        customdata=[f"{plain_in_chart(name, 60)}: {text}" for name, text in zip(names, said, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    made = figure(points, x=measure, y="", height=96 + 30 * len(names), showlegend=False)
    if overall is not None:
        made.add_vline(x=overall, line={"color": QUIET, "width": 1.2, "dash": "dot"})
    made.update_yaxes(
        tickvals=places,
        ticktext=[plain_in_chart(name, 30) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=True,
        zeroline=False,
    )
    return made


def _groups_alt(measure: str, names: Sequence[str], said: Sequence[str]) -> str:
    groups = "; ".join(
        f"{shortened(name, 30)} {text}" for name, text in list(zip(names, said, strict=True))[:MOST_DRAWN]
    )
    return tr("{measure}: {groups}", measure=measure, groups=groups)


def calibration_change(before: Calibration, after: Calibration) -> Chart:
    """Calibration curves before and after temperature scaling."""
    made = figure(
        _line(before, tr("As it is"), BASELINE, "dash"),
        _line(after, tr("Corrected"), ACCENT, "solid"),
        go.Scatter(
            x=np.array([0.0, 1.0]),
            y=np.array([0.0, 1.0]),
            mode="lines",
            line={"color": QUIET, "width": 1.2, "dash": "dot"},
            hoverinfo="skip",
            showlegend=False,
        ),
        x=tr("Stated confidence"),
        y=tr("Observed accuracy"),
        height=380,
    )
    made.update_xaxes(**share_axis(range=[-0.01, 1.01], showgrid=True))
    made.update_yaxes(**share_axis(range=[-0.01, 1.02]))
    return Chart(
        made,
        tr("Its confidence before and after"),
        tr(
            "The nearer a line is to the dotted one, the better its confidence can be believed. The answers are the "
            "same on both lines; only how sure the model says it is has changed. The thin lines of one curve hold its "
            "true course in all groups at once, at least 95 times of 100."
        ),
        alt=tr("Calibration before and after, over {n} groups", n=len(before.stated)),
    )


def _line(points: Calibration, name: str, colour: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=points.stated,
        y=points.observed,
        mode="lines+markers",
        name=name,
        line={"color": colour, "width": 2, "dash": dash},
        marker={"size": 8, "color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": points.high - points.observed,
            "arrayminus": points.observed - points.low,
            "color": colour,
            "thickness": 1,
            "width": 3,
        },
        customdata=points.rows,
        hovertemplate=tr("Claimed %{x:.0%}, right %{y:.1%}, %{customdata:,d} rows") + "<extra></extra>",
    )
