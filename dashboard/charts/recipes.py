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
    values: dict[str, object] = {"tickformat": ".1%"} if as_share else {}
    layout: dict[str, object] = {"xaxis": values, "yaxis": {"autorange": "reversed", **NAMES}}
    shapes = [] if another is None else [_shaded(another)]
    if baseline is not None:
        name, reached = baseline
        shapes.append(_upright(reached))
        above = {"x": reached, "y": 1, "yref": "y domain", "yanchor": "bottom", "yshift": 4, "showarrow": False}
        span = [reached, *(end for one in (*measured, another) if one for end in (one.low, one.high))]
        around = 0.06 * (max(span) - min(span) or 1.0)
        values["range"] = [min(span) - around, max(span) + around]
        layout |= {"annotations": [{**above, "text": name}], "margin": {"t": 30}}
    made = figure(dots, x=metric, y="", height=110 + 34 * len(names), shapes=shapes, **layout)
    return Chart(
        made,
        tr("Every training of this recipe"),
        tr(
            "One dot a training; they differ in their seed alone. The thin line of each holds its true value 95 times "
            "of 100. Shaded: where one more training would fall on these rows."
        ),
        alt="; ".join(f"{name} {said(one.value)}" for name, one in zip(names, measured, strict=True)),
    )


def _shaded(between: Interval) -> dict[str, object]:
    """Band over the whole height."""
    line, place = {"width": 0}, {"x0": between.low, "x1": between.high, "y0": 0, "y1": 1, "yref": "y domain"}
    return {"type": "rect", "fillcolor": FAINT, "opacity": 0.18, "layer": "below", "line": line, **place}


def _upright(x: float) -> dict[str, object]:
    """Dashed line over the whole height."""
    line, place = {"dash": "dash", "color": QUIET}, {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain"}
    return {"type": "line", "line": line, **place}
