"""Comparison charts: several runs' results, curves and settings, and where two of them differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.evaluation.records import Interval
from dashboard.charts.cells import numbers, scale
from dashboard.charts.chart import (
    ACCENT,
    CATEGORICAL,
    DIVERGING,
    NAMES,
    QUIET,
    STRONG,
    WRITING,
    Chart,
    figure,
    share_axis,
)
from dashboard.charts.quality import whiskers
from dashboard.language.formats import count, share
from dashboard.language.formats import figure as figure_of
from dashboard.language.plain import distinct, middle, plain_in_chart
from dashboard.language.words import listed, tr

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


@dataclass(frozen=True)
class Trace:
    """Curve of one run: x and y of equal length; `raw` is drawn faintly behind it; `note` stands beside its name.

    `place` is the run's place in the comparison, which gives the colour.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    place: int
    raw: np.ndarray | None = None
    note: str = ""


def colour_of(place: int) -> str:
    """The colour of the run at this place, the same in every picture of a comparison."""
    return CATEGORICAL[place % len(CATEGORICAL)]


def result_bars(
    names: Sequence[str],
    measured: Sequence[Interval],
    *,
    metric: str,
    as_share: bool,
    said: Callable[[float], str] | None = None,
) -> Chart:
    """Bar chart of a metric, one bar a run with its interval, in the order given: best first. `said` writes a value."""
    shown = distinct([plain_in_chart(middle(name, 34)) for name in names])
    said = said or (share if as_share else figure_of)
    trace = go.Bar(
        y=shown,
        x=np.array([one.value for one in measured]),
        orientation="h",
        marker={"color": [colour_of(i) for i in range(len(names))], "cornerradius": 3},
        error_x=whiskers(measured),
        customdata=[f"{said(one.value)} ({said(one.low)} {tr('to')} {said(one.high)})" for one in measured],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
    )
    made = figure(trace, x=metric, y="", height=90 + 38 * len(names))
    made.update_yaxes(autorange="reversed", **NAMES)
    if as_share:
        made.update_xaxes(**share_axis(range=[0, 1.02]))
    return Chart(
        made,
        tr("Every run with its interval"),
        tr(
            "The best stands first. The thin line on each bar holds the true value 95 times of 100. To see which is "
            "better, read the sentences below and not the thin lines: these leave out that all answered the same rows."
        ),
        alt="; ".join(f"{name} {said(one.value)}" for name, one in zip(names, measured, strict=True)),
    )


def overlaid(
    traces: Sequence[Trace], *, title: str, x: str, y: str, reading: str, guide: float | str | None = None
) -> Chart:
    """Overlaid curves on percentage axes, one colour a run. `guide` is the no-skill line: a level, or "diagonal"."""
    drawn = [
        go.Scatter(
            x=one.x,
            y=one.y,
            name=plain_in_chart(f"{middle(one.name, 36)} {one.note}".strip(), 60),
            mode="lines+markers" if len(one.x) <= 20 else "lines",
            line={"color": colour_of(one.place), "width": 2, "dash": DASHES[one.place // len(CATEGORICAL)]},
            marker={"size": 6},
            hovertemplate="%{x:.1%}, %{y:.1%}",
        )
        for one in traces
    ]
    if guide is not None:
        ends = np.array([0.0, 1.0])
        level = ends if guide == "diagonal" else np.full(2, float(guide))
        line = {"color": QUIET, "width": 1.2, "dash": "dot"}
        drawn.append(go.Scatter(x=ends, y=level, mode="lines", line=line, hoverinfo="skip", showlegend=False))
    made = figure(*drawn, x=x, y=y, height=400, showlegend=True)
    made.update_layout(legend={"y": -0.28, "yanchor": "top"})
    made.update_xaxes(**share_axis(range=[-0.01, 1.01], showgrid=True))
    made.update_yaxes(**share_axis(range=[-0.01, 1.02]))
    return Chart(made, title, reading, alt=f"{title}: " + listed(f"{one.name} {one.note}" for one in traces))


def learning(traces: Sequence[Trace], *, title: str, x: str, y: str, reading: str, as_share: bool) -> Chart:
    """Training curves of one measure, one colour a run; behind a smoothed line the raw one is drawn faintly."""
    drawn = []
    for one in traces:
        if one.raw is not None:
            faint = {"color": colour_of(one.place), "width": 1}
            quiet = {"opacity": 0.25, "hoverinfo": "skip", "showlegend": False}
            drawn.append(go.Scatter(x=one.x, y=one.raw, mode="lines", line=faint, **quiet))
        drawn.append(
            go.Scatter(
                x=one.x,
                y=one.y,
                name=plain_in_chart(f"{middle(one.name, 36)} {one.note}".strip(), 60),
                mode="lines+markers" if len(one.x) <= 40 else "lines",
                line={"color": colour_of(one.place), "width": 2},
                marker={"size": 5},
                hovertemplate="%{y:.1%}" if as_share else "%{y:.4g}",
            )
        )
    made = figure(*drawn, x=x, y=y, height=400, hovermode="x unified", showlegend=True)
    made.update_layout(legend={"y": -0.24, "yanchor": "top"})
    made.update_xaxes(rangemode="tozero")
    if as_share:
        made.update_yaxes(tickformat=".0%")
    return Chart(made, title, reading, alt=f"{title}: " + listed(f"{one.name} {one.note}" for one in traces))


def changed_by_class(labels: Sequence[str], fixed: np.ndarray, broken: np.ndarray) -> Chart:
    """Diverging bars by class: rows fixed (to the right) and broken (to the left); at most forty classes."""
    order = np.argsort(-(fixed + broken), kind="stable")[:40]
    names = distinct([plain_in_chart(labels[i], 28) for i in order])
    kinds = ((tr("Fixed"), fixed[order], ACCENT, "fixed"), (tr("Broken"), -broken[order], CATEGORICAL[1], "broken"))
    traces = [
        go.Bar(
            y=names,
            x=rows,
            name=name,
            orientation="h",
            marker={"color": colour, "cornerradius": 3},
            customdata=[[kind, labels[i], int(abs(n))] for i, n in zip(order, rows, strict=True)],
            hovertemplate="%{y}: %{customdata[2]:,d}",
        )
        for name, rows, colour, kind in kinds
    ]
    made = figure(*traces, x=tr("Rows"), y="", height=110 + 26 * len(names), barmode="relative", showlegend=True)
    most = max(int(fixed.max(initial=1)), int(broken.max(initial=1)), 1)
    step = max(1, round(most / 3))
    ticks = np.arange(-3 * step, 3 * step + 1, step)
    made.update_xaxes(
        range=[-most * 1.1, most * 1.1], zeroline=True, tickvals=ticks, ticktext=[count(abs(n)) for n in ticks]
    )
    made.update_yaxes(autorange="reversed", **NAMES)
    return Chart(
        made,
        tr("Where rows were fixed and broken"),
        tr("To the right: rows that became right. To the left: rows that became wrong. Click a bar to see its rows."),
        alt=tr("{fixed} rows fixed, {broken} broken", fixed=int(fixed.sum()), broken=int(broken.sum())),
    )


def confusion_difference(before: np.ndarray, after: np.ndarray, labels: Sequence[str]) -> Chart:
    """Difference of two confusion matrices, counts of shape (true, answered), in points of 100 of each true class."""
    change = _shares(after) - _shares(before)
    many = len(labels) > 12
    names = distinct([plain_in_chart(label, 14 if many else 22) for label in labels])
    most = max(float(np.abs(change).max(initial=0.0)), 0.01)
    heat = go.Heatmap(
        z=change,
        x=names,
        y=names,
        zmin=-most,
        zmax=most,
        colorscale=scale(DIVERGING),
        xgap=1,
        ygap=1,
        customdata=(after - before).astype(object),
        hovertemplate="%{y} → %{x}: %{z:+.1%}, " + tr("{n} rows", n="%{customdata:+,d}") + "<extra></extra>",
        showscale=False,
    )
    text = np.where(np.abs(change) >= 0.005, np.char.mod("%+.0f", change * 100), "")
    written = numbers(names, text, (change / most + 1) / 2, DIVERGING, size=11 if many else 14)
    made = figure(heat, written, x=tr("The answer"), y=tr("The true class"), height=min(820, 200 + 30 * len(labels)))
    made.update_yaxes(autorange="reversed", showgrid=False, **NAMES)
    made.update_xaxes(showgrid=False, **NAMES, tickangle=-50 if len(labels) > 5 else 0)
    return Chart(
        made,
        tr("What changed between the two"),
        tr(
            "Points of 100 rows of each true class. On the diagonal a plus is good: more of the class is found. Off "
            "the diagonal a minus is good: that confusion happens less often."
        ),
        alt=tr("Difference of two confusion matrices of {n} classes", n=len(labels)),
    )


def _shares(counts: np.ndarray) -> np.ndarray:
    rows = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, rows, out=np.zeros(counts.shape), where=rows > 0)


@dataclass(frozen=True)
class SettingAxis:
    """A setting's title and its value in each run; `order` is the order of its options, where it has some."""

    title: str
    values: Sequence[object]
    order: Sequence[str] = ()


def settings_lines(names: Sequence[str], places: Sequence[int], axes: Sequence[SettingAxis]) -> Chart:
    """Parallel coordinates, an axis below the other: each run a line through its values, the result last."""
    titles = distinct([plain_in_chart(one.title, 26) for one in axes])
    scaled = np.stack([_scaled(one) for one in axes], axis=1)
    said = [[plain_in_chart(one.values[i], 24) for one in axes] for i in range(len(names))]
    traces = [
        go.Scatter(
            x=scaled[i],
            y=titles,
            name=plain_in_chart(middle(name, 36)),
            mode="lines+markers",
            line={"color": colour_of(places[i]), "width": 2},
            marker={"size": 9},
            text=said[i],
            hovertemplate="%{y}: %{text}",
        )
        for i, name in enumerate(names)
    ]
    made = figure(*traces, x=tr("Low to high"), y="", height=120 + 54 * len(titles), showlegend=True)
    made.update_layout(annotations=_axis_ends(titles, axes))
    made.update_xaxes(range=[-0.06, 1.06], showticklabels=False, showgrid=False)
    made.update_yaxes(showgrid=True, range=[len(titles) - 0.6, -0.6], **NAMES)
    return Chart(
        made,
        tr("Settings that differ, and what came of them"),
        tr("Follow one colour from top to bottom: the settings of a run, and at the end its result."),
        alt=tr("{n} runs over {k} settings", n=len(names), k=len(axes) - 1),
    )


def _are_numbers(values: Sequence[object]) -> bool:
    return all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)


def _in_order(axis: SettingAxis) -> list[str]:
    """The axis's different values: those without a place in its order first, by alphabet."""
    order = list(axis.order)
    return sorted({str(one) for one in axis.values}, key=lambda one: (order.index(one) if one in order else -1, one))


def _scaled(axis: SettingAxis) -> np.ndarray:
    """Values scaled to 0 to 1: numbers by their size, words by their order."""
    words = _in_order(axis)
    are_numbers = _are_numbers(axis.values)
    numbers = np.array([one if are_numbers else words.index(str(one)) for one in axis.values], dtype=float)
    low, high = numbers.min(), numbers.max()
    return (numbers - low) / (high - low) if high > low else np.full(len(numbers), 0.5)


def _axis_ends(titles: Sequence[str], axes: Sequence[SettingAxis]) -> list[dict[str, object]]:
    """Annotations above both ends of each axis: its least and greatest value."""
    ends: list[dict[str, object]] = []
    for title, axis in zip(titles, axes, strict=True):
        places, values = _scaled(axis), axis.values
        for value, x, side in ((values[int(places.argmin())], 0, "left"), (values[int(places.argmax())], 1, "right")):
            told = {"text": plain_in_chart(value, 16), "xanchor": side, "yanchor": "bottom", "font": WRITING}
            ends.append({"x": x, "y": title, "showarrow": False, "yshift": 7, **told})
    return ends


def setting_scatter(
    names: Sequence[str],
    places: Sequence[int],
    axis: SettingAxis,
    measured: Sequence[Interval],
    *,
    metric: str,
    as_share: bool,
    said: Callable[[float], str],
) -> Chart:
    """Scatter plot of one setting against the result, a point with its interval for each run."""
    numeric = _are_numbers(axis.values)
    traces = [
        go.Scatter(
            x=[value if numeric else plain_in_chart(value, 24)],
            y=[one.value],
            name=plain_in_chart(middle(name, 36)),
            mode="markers",
            marker={"size": 11, "color": colour_of(place)},
            error_y={**whiskers([one]), "color": STRONG},
            customdata=[f"{said(one.value)} ({said(one.low)} {tr('to')} {said(one.high)})"],
            hovertemplate="%{x}: %{customdata}",
        )
        for name, place, value, one in zip(names, places, axis.values, measured, strict=True)
    ]
    made = figure(*traces, x=plain_in_chart(axis.title), y=metric, height=360, showlegend=True)
    made.update_layout(legend={"y": -0.24, "yanchor": "top"})
    if as_share:
        made.update_yaxes(tickformat=".0%")
    if not numeric:
        made.update_xaxes(**NAMES, categoryarray=[plain_in_chart(one, 24) for one in _in_order(axis)])
    return Chart(
        made,
        tr("One setting against the result"),
        tr(
            "A hint, not a proof: runs that differ in this setting may differ in others too. Change one setting at a "
            "time to be sure."
        ),
        alt=tr("{setting} against {metric} of {n} runs", setting=axis.title, metric=metric, n=len(names)),
    )
