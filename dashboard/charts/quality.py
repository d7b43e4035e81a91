"""Classification charts: metrics with intervals, the confusion matrix, metrics and rows by class, probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from core.evaluation.records import Interval
from dashboard.charts.cells import numbers, scale
from dashboard.charts.chart import ACCENT, CATEGORICAL, FAINT, NAMES, SEQUENTIAL, STRONG, Chart, figure, share_axis
from dashboard.language.formats import count
from dashboard.language.plain import distinct, plain_in_chart, shortened
from dashboard.language.words import tr


@dataclass(frozen=True)
class Bar:
    """A model's or baseline's name, and its metrics with intervals, in the order of the chart."""

    name: str
    measured: Sequence[Interval]


def metric_bars(metrics: Sequence[str], bars: Sequence[Bar]) -> Chart:
    """Bar chart of metrics with intervals, of the model and its baselines. The first bar is the model."""
    names = ["<br>".join(wrap(plain_in_chart(name), 24)) for name in metrics]
    traces = [
        go.Bar(
            y=names,
            x=np.array([one.value for one in bar.measured]),
            name=plain_in_chart(bar.name),
            orientation="h",
            marker={"color": CATEGORICAL[i % len(CATEGORICAL)], "cornerradius": 3},
            error_x=whiskers(bar.measured),
            customdata=np.array([[one.low, one.high] for one in bar.measured]),
            hovertemplate="%{y}: %{x:.1%} (%{customdata[0]:.1%} " + tr("to") + " %{customdata[1]:.1%})",
        )
        for i, bar in enumerate(bars)
    ]
    made = figure(
        *traces, x=tr("Share, higher is better"), y="", height=90 + 30 * len(names) * len(bars), barmode="group"
    )
    made.update_layout(bargroupgap=0.12, legend={"traceorder": "normal"})
    made.update_xaxes(**share_axis(range=[0, 1.02]))
    made.update_yaxes(autorange="reversed", **NAMES)
    spoken = "; ".join(f"{bar.name} {bar.measured[0].value:.1%}" for bar in bars if bar.measured)
    return Chart(
        made,
        tr("The model beside the baselines"),
        tr(
            "Longer is better. The thin line on each bar holds the true value 95 times of 100. To see which is better, "
            "read the sentence above and not the thin lines: these leave out that all answered the same rows."
        ),
        alt=tr("{metric}: {spoken}", metric=metrics[0], spoken=spoken),
    )


def whiskers(measured: Sequence[Interval]) -> dict[str, object]:
    """Error bars of the intervals, as Plotly takes them."""
    return {
        "type": "data",
        "symmetric": False,
        "array": np.array([one.high - one.value for one in measured]),
        "arrayminus": np.array([one.value - one.low for one in measured]),
        "color": STRONG,
        "thickness": 1.4,
        "width": 4,
    }


def confusion(matrix: np.ndarray, labels: Sequence[str]) -> Chart:
    """Confusion matrix from counts of shape (true, answered): shares of each true class as colour, counts on hover."""
    rows = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, rows, out=np.zeros(matrix.shape, dtype=float), where=rows > 0)
    many = len(labels) > 12
    names = distinct([plain_in_chart(label, 14 if many else 22) for label in labels])
    text = np.where(shares >= 0.005, np.char.mod("%.0f", shares * 100), "")
    full = [shortened(label, 60) for label in labels]
    heat = go.Heatmap(
        z=shares,
        x=names,
        y=names,
        zmin=0,
        zmax=1,
        colorscale=scale(SEQUENTIAL),
        xgap=1,
        ygap=1,
        customdata=np.dstack(
            [
                matrix.astype(object),
                np.broadcast_to(np.array([[plain_in_chart(n, 60)] for n in full], dtype=object), matrix.shape),
                np.broadcast_to(np.array([plain_in_chart(n, 60) for n in full], dtype=object), matrix.shape),
            ]
        ),
        hovertemplate=tr("True: {t}<br>Answered: {a}<br>{n} rows, {z} of the class").format(
            t="%{customdata[1]}", a="%{customdata[2]}", n="%{customdata[0]:,d}", z="%{z:.1%}"
        )
        + "<extra></extra>",
        showscale=False,
    )
    written = numbers(names, text, shares, SEQUENTIAL, size=11 if many else 14)
    named = {"x": tr("The model answered"), "y": tr("The true class")}
    made = figure(heat, written, **named, height=min(820, 200 + 30 * len(labels)))
    made.update_yaxes(autorange="reversed", showgrid=False, **NAMES)
    made.update_xaxes(showgrid=False, **NAMES, tickangle=-50 if len(labels) > 5 else 0)
    return Chart(
        made,
        tr("Which classes are taken for which"),
        tr(
            "Each line is one true class, in percent of its rows. A strong diagonal is good; a strong colour off "
            "the diagonal names two classes that the model mixes up. Point at a square for the number of rows."
        ),
        alt=_mixed_up(matrix, full),
    )


def _mixed_up(matrix: np.ndarray, labels: Sequence[str]) -> str:
    """What the matrix shows, in a sentence: the rows that are right, and the commonest mix-up."""
    rows, right = int(matrix.sum()), int(np.trace(matrix))
    said = tr("{right} of {rows} rows are right", right=count(right), rows=count(rows))
    off = matrix - np.diag(np.diag(matrix))
    if not off.any():
        return said
    true, answered = np.unravel_index(int(off.argmax()), off.shape)
    return tr(
        "{said}. The most frequent confusion: {true} answered as {answered}, {n} rows",
        said=said,
        true=labels[true],
        answered=labels[answered],
        n=count(int(off[true, answered])),
    )


def per_class(
    labels: Sequence[str], found: np.ndarray, low: np.ndarray, high: np.ndarray, rows: np.ndarray, *, measure: str
) -> Chart:
    """Metric by class with its interval, the weakest class first."""
    order = np.argsort(found, kind="stable")
    names = distinct([plain_in_chart(labels[i], 28) for i in order])
    trace = go.Scatter(
        x=found[order],
        y=names,
        mode="markers",
        marker={"size": 9, "color": ACCENT},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (high - found)[order],
            "arrayminus": (found - low)[order],
            "color": STRONG,
            "thickness": 1.4,
            "width": 3,
        },
        customdata=np.column_stack([rows[order], low[order], high[order]]),
        hovertemplate="%{y}: %{x:.1%} (%{customdata[1]:.1%} "
        + tr("to")
        + " %{customdata[2]:.1%}), "
        + tr("{n} rows").format(n="%{customdata[0]:,d}")
        + "<extra></extra>",
    )
    made = figure(trace, x=measure, y="", height=90 + 26 * len(names))
    made.update_xaxes(**share_axis(range=[-0.01, 1.02], showgrid=True))
    made.update_yaxes(autorange="reversed", showgrid=True, **NAMES)
    return Chart(
        made,
        tr("Precision, recall and F1 by class"),
        tr("The weakest class stands first. A wide line means few test rows of that class, so the value is uncertain."),
        alt=tr(
            "{measure} of {n} classes, from {lowest} in {weakest} to {highest} in {strongest}",
            measure=measure,
            n=len(labels),
            lowest=f"{found[order[0]]:.1%}",
            weakest=shortened(labels[order[0]], 40),
            highest=f"{found[order[-1]]:.1%}",
            strongest=shortened(labels[order[-1]], 40),
        )
        if len(labels)
        else measure,
    )


def class_balance(labels: Sequence[str], rows: np.ndarray) -> Chart:
    """Bar chart of class counts, the largest first; at most forty classes are drawn."""
    order = np.argsort(-rows, kind="stable")[:40]
    names = distinct([plain_in_chart(labels[i], 28) for i in order])
    trace = go.Bar(
        y=names,
        x=rows[order],
        orientation="h",
        marker={"color": ACCENT, "cornerradius": 3},
        hovertemplate="%{y}: %{x:,d}<extra></extra>",
    )
    made = figure(trace, x=tr("Rows"), y="", height=80 + 24 * len(names))
    made.update_yaxes(autorange="reversed", **NAMES)
    made.update_xaxes(tickformat=",d")
    largest, smallest = (int(rows.max()), int(rows.min())) if len(rows) else (0, 0)
    return Chart(
        made,
        tr("How many rows each class has"),
        tr("Classes with few rows are learnt badly and measured badly. A few dozen rows each is a good start."),
        alt=tr("{n} classes, from {small} to {large} rows", n=len(labels), small=count(smallest), large=count(largest)),
    )


def probabilities(labels: Sequence[str], scores: np.ndarray, most: int = 12) -> Chart:
    """Class probabilities of one row, the likeliest first; the first `most` classes are drawn."""
    order = np.argsort(-scores, kind="stable")[:most]
    names = distinct([plain_in_chart(labels[i], 30) for i in order])
    trace = go.Bar(
        y=names,
        x=scores[order],
        orientation="h",
        marker={"color": [ACCENT, *[FAINT] * (len(order) - 1)], "cornerradius": 3},
        text=[f"{scores[i]:.1%}" for i in order],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.2%}<extra></extra>",
    )
    made = figure(trace, x=tr("Probability"), y="", height=80 + 30 * len(names))
    made.update_yaxes(autorange="reversed", **NAMES)
    made.update_xaxes(**share_axis(range=[0, 1.22], tickvals=[0, 0.25, 0.5, 0.75, 1]))
    best = order[0]
    return Chart(
        made,
        tr("Confidence"),
        tr("All bars together make 100%. Two bars of like length mean that the model cannot tell them apart."),
        alt=tr("Likeliest: {label}, {share}", label=shortened(labels[best], 40), share=f"{scores[best]:.0%}"),
    )
