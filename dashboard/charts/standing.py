"""Who stands where: one measure of several models and simple ways, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.results import Interval
from dashboard.charts.chart import ACCENT, FAINT, STRONG, Chart, figure, share_axis
from dashboard.plain import plain_in_chart
from dashboard.words import tr


@dataclass(frozen=True)
class Standing:
    """Who was measured, and how it came out."""

    name: str
    measured: Interval
    is_model: bool = True


def standing(entries: Sequence[Standing], *, measure: str) -> Chart:
    """The entries in the order given, each a point with its 95% interval; models stand out from simple ways."""
    values = np.array([one.measured.value for one in entries])
    low, high = (np.array([getattr(one.measured, side) for one in entries]) for side in ("low", "high"))
    trace = go.Scatter(
        x=values,
        y=list(range(len(entries))),
        mode="markers+text",
        marker={"size": 11, "color": [ACCENT if one.is_model else FAINT for one in entries]},
        text=[f"{value:.1%}" for value in values],
        textposition="top center",
        cliponaxis=False,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": high - values,
            "arrayminus": values - low,
            "color": STRONG,
            "thickness": 1.4,
            "width": 5,
        },
        customdata=np.column_stack([low, high]),
        hovertemplate="%{x:.1%} (%{customdata[0]:.1%} " + tr("to") + " %{customdata[1]:.1%})<extra></extra>",
    )
    made = figure(trace, x=measure, y="", height=100 + 48 * len(entries), showlegend=False)
    least = max(0.0, float(low.min()) - 0.04) if len(entries) else 0.0
    made.update_xaxes(**share_axis(range=[least, min(1.03, float(high.max()) + 0.03)], showgrid=True))
    made.update_yaxes(
        tickvals=list(range(len(entries))),
        ticktext=[plain_in_chart(one.name, 34) for one in entries],
        range=[len(entries) - 0.5, -0.7],
        showgrid=False,
        zeroline=False,
    )
    spoken = "; ".join(f"{one.name} {one.measured.value:.1%}" for one in entries)
    return Chart(
        made,
        tr("Who stands where"),
        tr(
            "Further to the right is better. The thin line is the 95% interval: where two lines overlap much, the "
            "difference may be luck. The axis does not begin at zero."
        ),
        alt=tr("{measure}: {spoken}", measure=measure, spoken=spoken),
    )
