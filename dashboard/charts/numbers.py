"""Regression charts: predicted against true, errors, bias, and the coverage of prediction intervals."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from core.answers import NumberAnswers
from core.evaluation.records import Interval
from core.evaluation.tenths import Tenth
from dashboard.charts.chart import ACCENT, BASELINE, CATEGORICAL, NAMES, QUIET, STRONG, Chart, figure, share_axis
from dashboard.charts.quality import Bar, whiskers
from dashboard.language.formats import amount, amount_interval, count, share, span_of
from dashboard.language.plain import distinct, plain_in_chart
from dashboard.language.words import tr

MOST_POINTS = 2000
MOST_BARS = 40
TAILS = (0.5, 99.5)
"""Percentiles between which errors have bins of their own; what lies beyond is counted in the outermost ones."""


def error_bars(metrics: Sequence[str], bars: Sequence[Bar]) -> Chart:
    """Bar chart of error metrics of the model and its baselines, in the target's own unit. The model comes first."""
    traces = [
        go.Bar(
            y=[plain_in_chart(name) for name in metrics],
            x=np.array([one.value for one in bar.measured]),
            name=plain_in_chart(bar.name),
            orientation="h",
            marker={"color": CATEGORICAL[i % len(CATEGORICAL)], "cornerradius": 3},
            error_x=whiskers(bar.measured),
            customdata=[amount_interval(one) for one in bar.measured],
            hovertemplate="%{y}: %{customdata}",
        )
        for i, bar in enumerate(bars)
    ]
    height = 90 + 30 * len(metrics) * len(bars)
    made = figure(*traces, x=tr("How far off, lower is better"), y="", height=height, barmode="group")
    made.update_layout(bargroupgap=0.12, legend={"traceorder": "normal"})
    made.update_xaxes(rangemode="tozero")
    made.update_yaxes(autorange="reversed", **NAMES)
    spoken = "; ".join(f"{bar.name} {amount(bar.measured[0].value)}" for bar in bars if bar.measured)
    return Chart(
        made,
        tr("The model beside the baselines"),
        tr(
            "Shorter is better. The thin line on each bar holds the true value 95 times of 100. To see which is "
            "better, read the sentence above and not the thin lines: these leave out that all answered the same rows."
        ),
        alt=tr("{metric}: {spoken}", metric=metrics[0], spoken=spoken),
    )


def predicted_against_true(answers: NumberAnswers, *, title: str | None = None, place: int = 0) -> Chart:
    """Scatter plot of predicted against true numbers, at most 2,000 rows drawn at random, with the identity line.

    `title` is safe Markdown; `place` gives the colour.
    """
    shown = _sampled(answers)
    points = go.Scatter(
        x=shown.targets,
        y=shown.values,
        mode="markers",
        marker={"size": 6, "color": CATEGORICAL[place % len(CATEGORICAL)], "opacity": 0.45},
        customdata=_hover_texts(shown),
        hovertemplate="%{customdata}<extra></extra>",
    )
    ends = common_ends([answers])
    guide = go.Scatter(
        x=ends, y=ends, mode="lines", line={"color": QUIET, "width": 1.2, "dash": "dot"}, hoverinfo="skip"
    )
    made = figure(points, guide, x=tr("True number"), y=tr("The model answered"), height=430, showlegend=False)
    made.update_xaxes(showgrid=True, range=ends)
    made.update_yaxes(range=ends)
    reading = tr("On the dotted line an answer is exactly right; above it, too high; below it, too low.")
    if answers.low is not None:
        reading += " " + tr("Point at a row for its answer and its prediction interval.")
    if len(shown) < len(answers):
        reading += " " + tr("{n} of {rows} rows are drawn, by lot.", n=count(len(shown)), rows=count(len(answers)))
    return Chart(
        made,
        title or tr("What it answered against what is true"),
        reading,
        alt=tr("Answers against true numbers of {n} rows", n=count(len(answers))),
    )


def _sampled(answers: NumberAnswers) -> NumberAnswers:
    if len(answers) <= MOST_POINTS:
        return answers
    return answers.take(np.sort(np.random.default_rng(0).permutation(len(answers))[:MOST_POINTS]))


def _hover_texts(answers: NumberAnswers) -> list[str]:
    """Hover text of each point."""
    said = [
        tr("true {true}, answered {answer}", true=amount(true), answer=amount(answer))
        for true, answer in zip(answers.targets, answers.values, strict=True)
    ]
    if answers.low is None or answers.high is None:
        return said
    spans = [span_of(low, high) for low, high in zip(answers.low, answers.high, strict=True)]
    return [f"{one}<br>{tr('interval {span}', span=span)}" for one, span in zip(said, spans, strict=True)]


def common_ends(some: Sequence[NumberAnswers]) -> list[float]:
    """Axis limits: from a little below the least number to a little above the greatest, true or answered."""
    every = np.concatenate([numbers for one in some for numbers in (one.targets, one.values)])
    low, high = float(every.min()), float(every.max())
    margin = 0.04 * (high - low) or 1.0
    return [low - margin, high + margin]


def errors(found: np.ndarray, bias: Interval) -> Chart:
    """Histogram of the errors, shape (rows,), with 0 and the mean error marked."""
    edges = _edges(found)
    rows, _ = np.histogram(np.clip(found, edges[0], edges[-1]), edges)
    bars = go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=rows,
        width=np.diff(edges),
        marker={"color": ACCENT, "line": {"width": 0.5, "color": QUIET}},
        customdata=[span_of(low, high) for low, high in pairwise(edges)],
        hovertemplate=tr("off by {span}: {n} rows", span="%{customdata}", n="%{y:,d}") + "<extra></extra>",
    )
    made = figure(bars, x=tr("Too low (left) or too high (right)"), y=tr("Rows"), height=340, bargap=0)
    made.add_vline(x=0, line={"color": STRONG, "width": 1.2})
    made.add_vline(x=bias.value, line={"color": BASELINE, "width": 2, "dash": "dash"})
    made.update_yaxes(tickformat=",d")
    return Chart(
        made,
        tr("How far off, and in which direction"),
        f"{bias_sentence(bias)} "
        + tr("The dashed line is that mean; the outermost bars hold what lies further out, too."),
        alt=tr("Errors of {n} rows, on average {bias}", n=count(len(found)), bias=amount(bias.value)),
    )


def bias_sentence(bias: Interval) -> str:
    """Bias in a sentence: whether answers are too high or too low on the whole."""
    if bias.low > 0:
        span = span_of(bias.low, bias.high)
        return tr("On average the answers are too high by {value} ({span}).", value=amount(bias.value), span=span)
    if bias.high < 0:
        span = span_of(-bias.high, -bias.low)
        return tr("On average the answers are too low by {value} ({span}).", value=amount(-bias.value), span=span)
    return tr(
        "On the whole the answers are neither too high nor too low, as far as these rows tell (mean error {span}).",
        span=span_of(bias.low, bias.high),
    )


def _edges(found: np.ndarray) -> np.ndarray:
    """Bin edges of equal width, 0 one of them, over all but the outermost errors."""
    low, high = (float(one) for one in np.percentile(found, TAILS))
    low, high = min(low, 0.0), max(high, 0.0)
    if not high > low:
        return np.array([-0.5, 0.5]) * (2 * abs(high) or 1.0)
    bars = int(np.clip(round(2 * len(found) ** (1 / 3)), 5, MOST_BARS))
    width = (high - low) / bars
    return np.arange(np.floor(low / width), np.ceil(high / width) + 1) * width


def errors_by_size(tenths: Sequence[Tenth]) -> Chart:
    """Mean absolute error and bias by tenths of the true number, from small ones to large."""
    names = _names(tenths)
    traces = [
        _by_tenth(names, tenths, [one.mae for one in tenths], tr("How far off"), ACCENT),
        _by_tenth(names, tenths, [one.bias for one in tenths], tr("Too high (above 0) or too low"), BASELINE),
    ]
    made = figure(*traces, x=tr("True number"), y=tr("Error"), height=380, showlegend=True)
    made.add_hline(y=0, line={"color": QUIET, "width": 1.2, "dash": "dot"})
    made.update_xaxes(**NAMES, **_tick_angle(names))
    return Chart(
        made,
        tr("Where errors are large"),
        tr(
            "Each point is about a tenth of the rows, from the smallest true numbers to the largest. Most models pull "
            "to the middle: small numbers come out too high and large ones too low."
        ),
        alt=tr("Errors over {n} groups by the true number", n=len(tenths)),
    )


def _names(tenths: Sequence[Tenth]) -> list[str]:
    """Axis labels of tenths: each by its ends."""
    return distinct([span_of(one.low, one.high, digits=3) for one in tenths])


def _tick_angle(names: Sequence[str]) -> dict[str, int]:
    """Tick angle for labels that would else overlap."""
    return {"tickangle": -30} if len(names) > 5 else {}


def _by_tenth(
    names: Sequence[str], tenths: Sequence[Tenth], measured: Sequence[Interval], name: str, colour: str
) -> go.Scatter:
    return go.Scatter(
        x=names,
        y=np.array([one.value for one in measured]),
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 8, "color": colour},
        error_y={**whiskers(measured), "color": colour, "thickness": 1.2},
        customdata=[
            f"{amount_interval(one)}, {tr('{n} rows', n=count(tenth.rows))}"
            for one, tenth in zip(measured, tenths, strict=True)
        ],
        hovertemplate="%{x}: %{customdata}",
    )


def coverage(tenths: Sequence[Tenth], promised: float) -> Chart:
    """Coverage of the prediction intervals by tenths of the answer, beside what was promised."""
    there = [(one, one.coverage) for one in tenths if one.coverage]
    names = _names([one for one, _ in there])
    points = go.Scatter(
        x=names,
        y=np.array([found.value for _, found in there]),
        mode="lines+markers",
        line={"color": ACCENT, "width": 2},
        marker={"size": 8, "color": ACCENT},
        error_y=whiskers([found for _, found in there]),
        customdata=[
            f"{share(found.value)} ({share(found.low)} {tr('to')} {share(found.high)}), "
            + tr("{n} rows", n=count(one.rows))
            for one, found in there
        ],
        hovertemplate="%{x}: %{customdata}<extra></extra>",
    )
    made = figure(points, x=tr("The model answered"), y=tr("Coverage"), height=360, showlegend=False)
    made.add_hline(y=promised, line={"color": QUIET, "width": 1.4, "dash": "dot"})
    made.update_xaxes(**NAMES, **_tick_angle(names))
    least = min((found.low for _, found in there), default=0.0)
    made.update_yaxes(**share_axis(range=[min(0.5, least - 0.05), 1.02]))
    return Chart(
        made,
        tr("Prediction intervals"),
        tr(
            "The dotted line is the promise: of 100 intervals, {n} hold the truth. Each point is about a tenth of the "
            "rows, from small answers to large; where its thin line reaches the dotted one, the promise is kept.",
            n=round(promised * 100),
        ),
        alt=tr("Coverage over {n} groups by the answer", n=len(there)),
    )


def gains(found: np.ndarray) -> Chart:
    """Histogram of error reductions, shape (rows,): the second of two nearer to the truth (right) or further (left)."""
    edges = _edges(found)
    rows, _ = np.histogram(np.clip(found, edges[0], edges[-1]), edges)
    middles = (edges[:-1] + edges[1:]) / 2
    bars = go.Bar(
        x=middles,
        y=rows,
        width=np.diff(edges),
        marker={"color": [ACCENT if one > 0 else BASELINE for one in middles]},
        customdata=[span_of(low, high) for low, high in pairwise(edges)],
        hovertemplate=tr("nearer by {span}: {n} rows", span="%{customdata}", n="%{y:,d}") + "<extra></extra>",
    )
    made = figure(bars, x=tr("Further from the truth (left) or nearer (right)"), y=tr("Rows"), height=320, bargap=0)
    made.add_vline(x=0, line={"color": STRONG, "width": 1.2})
    made.update_yaxes(tickformat=",d")
    return Chart(
        made,
        tr("By how much rows came nearer to the truth"),
        tr(
            "Two that are alike have as much on the left as on the right. The outermost bars hold what lies further "
            "out, too."
        ),
        alt=tr(
            "{nearer} rows nearer, {further} further off", nearer=int((found > 0).sum()), further=int((found < 0).sum())
        ),
    )
