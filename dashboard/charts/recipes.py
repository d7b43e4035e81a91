"""Recipe chart: the result of each training of one recipe, beside the baseline and where another would fall."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from core.evaluation.records import Interval
from dashboard.charts.chart import ACCENT, FAINT, NAMES, QUIET, Chart, figure
from dashboard.charts.quality import whiskers
from dashboard.language.words import tr


def trainings(
    seeds: Sequence[int],
    measured: Sequence[Interval],
    another: Interval | None,
    baseline: tuple[str, float] | None,
    *,
    metric: str,
    as_share: bool,
    said: Callable[[float], str],
) -> Chart:
    """Dot plot, a line for each seed; `another` is shaded, the baseline's value a dashed line."""
    names = [tr("seed {n}", n=seed) for seed in seeds]
    dots = go.Scatter(
        x=[one.value for one in measured],
        y=names,
        mode="markers",
        marker={"size": 11, "color": ACCENT},
        error_x=whiskers(measured),
        customdata=[f"{said(one.value)} ({said(one.low)} {tr('to')} {said(one.high)})" for one in measured],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
        showlegend=False,
    )
    made = figure(dots, x=metric, y="", height=110 + 34 * len(names))
    made.update_yaxes(autorange="reversed", **NAMES)
    if as_share:
        made.update_xaxes(tickformat=".1%")
    if another is not None:
        made.add_vrect(x0=another.low, x1=another.high, fillcolor=FAINT, opacity=0.18, line_width=0, layer="below")
    if baseline is not None:
        made.add_vline(
            x=baseline[1],
            line_dash="dash",
            line_color=QUIET,
            annotation={"text": baseline[0], "yshift": 18, "xanchor": "center", "xshift": 0},
        )
        made.update_layout(margin={"t": 30})
        span = [baseline[1], *(one.low for one in measured), *(one.high for one in measured)]
        if another is not None:
            span += [another.low, another.high]
        around = 0.06 * (max(span) - min(span) or 1.0)
        made.update_xaxes(range=[min(span) - around, max(span) + around])
    return Chart(
        made,
        tr("Every training of this recipe"),
        tr(
            "One dot a training; they differ in their seed alone. The thin line is the 95% interval of each. "
            "Shaded: where one more training would fall on these rows."
        ),
        alt="; ".join(f"{name} {said(one.value)}" for name, one in zip(names, measured, strict=True)),
    )
