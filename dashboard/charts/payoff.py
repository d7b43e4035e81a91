"""Profit curves, threshold curves and sensitivity to prices: what a model's answers are worth in money."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.evaluation.records import Interval
from core.payoff import ProfitCurve, Swing, ThresholdCurve
from dashboard.charts.chart import ACCENT, BASELINE, FAINT, QUIET, STRONG, Chart, figure
from dashboard.language.formats import count, share
from dashboard.language.plain import plain, plain_in_chart, shortened
from dashboard.language.words import tr
from dashboard.sentences.money import money, money_between, price_name


def ways(names: Sequence[str], worths: Sequence[Interval], currency: str) -> Chart:
    """Bar chart of the worth of 1,000 cases for each way to do the work, with intervals. The first is the model."""
    value, named = np.array([one.value for one in worths]), plain_in_chart(currency)
    trace = go.Bar(
        y=[plain_in_chart(name, 34) for name in names],
        x=value,
        orientation="h",
        marker={"color": [ACCENT, *[FAINT] * (len(names) - 1)], "cornerradius": 3},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": np.array([one.high for one in worths]) - value,
            "arrayminus": value - np.array([one.low for one in worths]),
            "color": STRONG,
            "thickness": 1.4,
            "width": 4,
        },
        customdata=[[money(one.value, named), money_between(one, named)] for one in worths],
        hovertemplate="%{y}: %{customdata[0]} (%{customdata[1]})<extra></extra>",
    )
    made = figure(trace, x=_for_1000(currency), y="", height=100 + 38 * len(names))
    made.update_yaxes(autorange="reversed")
    made.update_xaxes(tickformat=",~r", zeroline=True)
    return Chart(
        made,
        tr("What 1,000 cases are worth, done one way or another"),
        tr(
            "Further right is better; left of zero it costs more than it brings. The thin line is where the true "
            "average lies, 95 times of 100."
        ),
        alt="; ".join(f"{name}: {money(one.value, currency)}" for name, one in zip(names, worths, strict=True)),
    )


def profit(found: ProfitCurve, currency: str, rest: str) -> Chart:
    """Profit curve: the worth against the share of cases the model answers, the surest first. `rest` is a sentence."""
    best = int(found.per_1000.argmax())
    band = go.Scatter(
        x=np.concatenate([found.shares, found.shares[::-1]]),
        y=np.concatenate([found.high, found.low[::-1]]),
        fill="toself",
        line={"width": 0},
        fillcolor=QUIET,
        opacity=0.25,
        hoverinfo="skip",
        showlegend=False,
    )
    line = go.Scatter(
        x=found.shares,
        y=found.per_1000,
        mode="lines",
        line={"color": ACCENT, "width": 2.4},
        hovertemplate=tr("The model answers %{x:.0%}: %{y:,.0f}") + "<extra></extra>",
        showlegend=False,
    )
    here = int(np.abs(found.shares - found.now).argmin())
    made = figure(
        band,
        line,
        _point(found.shares[here], found.per_1000[here], tr("as decided")),
        x=tr("Share the model answers, the surest first"),
        y=_for_1000(currency),
        height=380,
    )
    made.update_xaxes(range=[-0.01, 1.02], tickformat=".0%")
    made.update_yaxes(tickformat=",~r")
    return Chart(
        made,
        tr("How much to leave to the model"),
        tr(
            "{rest} The band is where the true average lies at each share, 95 times of 100. These are the test rows: "
            "the top of the line is partly their luck, so choose by what was decided and not by it.",
            rest=rest,
        ),
        alt=tr("Best at {share} of the cases", share=share(float(found.shares[best]), 0)),
    )


def threshold(found: ThresholdCurve, label: str, currency: str, rows: int) -> Chart:
    """Threshold curve: the worth against one class's threshold on so many validation rows, the present one marked."""
    here = int(np.abs(found.thresholds - found.now).argmin())
    line = go.Scatter(
        x=found.thresholds,
        y=found.per_1000,
        mode="lines",
        line={"color": ACCENT, "width": 2.4},
        hovertemplate=tr("Threshold %{x:.0%}: %{y:,.0f}") + "<extra></extra>",
        showlegend=False,
    )
    made = figure(
        line,
        _point(found.now, found.per_1000[here], tr("as decided")),
        x=tr("Threshold of {label}", label=plain_in_chart(label, 30)),
        y=_for_1000(currency),
        height=340,
    )
    made.update_xaxes(range=[-0.01, 1.01], tickformat=".0%")
    made.update_yaxes(tickformat=",~r")
    return Chart(
        made,
        tr("Threshold of {label}", label=plain(shortened(label, 40))),
        tr(
            "The others stay as they are. Drawn on the {n} validation rows, by which a threshold may be chosen: there "
            "the top of the line is a little too high. The figures above are counted on the test rows, which had no "
            "part in it.",
            n=count(rows),
        ),
        alt=tr("Worth by the threshold of {label}", label=shortened(label, 40)),
    )


def swings(found: Sequence[Swing], value: float, currency: str) -> Chart:
    """Tornado chart: the worth with each price halved and doubled, the price that matters most on top."""
    names = [plain_in_chart(price_name(one), 44) for one in found]
    named = plain_in_chart(currency)
    traces = [
        go.Bar(
            y=names,
            x=np.array([end - value for end in ends]),
            base=value,
            orientation="h",
            name=name,
            marker={"color": colour, "cornerradius": 3},
            customdata=[money(end, named) for end in ends],
            hovertemplate="%{y}, " + name + ": %{customdata}<extra></extra>",
        )
        for name, colour, ends in (
            (tr("half the price"), BASELINE, [one.halved for one in found]),
            (tr("twice the price"), ACCENT, [one.doubled for one in found]),
        )
    ]
    made = figure(*traces, x=_for_1000(currency), y="", height=120 + 40 * len(names), barmode="overlay")
    made.add_vline(x=value, line={"color": STRONG, "width": 1.2})
    made.add_vline(x=0, line={"color": QUIET, "width": 1.2, "dash": "dot"})
    made.update_yaxes(autorange="reversed")
    made.update_xaxes(tickformat=",~r")
    return Chart(
        made,
        tr("If a price were half or twice what you said"),
        tr(
            "The upright line is the worth at your prices, the dotted one is zero. A long bar is a price to find out "
            "about; where no bar crosses zero, no single price, halved or doubled, makes it cost more than it brings."
        ),
        alt=tr("The price that matters most: {price}", price=price_name(found[0]) if found else "–"),
    )


def _point(x: float, y: float, name: str) -> go.Scatter:
    return go.Scatter(
        x=[x],
        y=[y],
        mode="markers",
        marker={"size": 11, "color": STRONG},
        name=name,
        hoverinfo="skip",
        showlegend=True,
        cliponaxis=False,
    )


def _for_1000(currency: str) -> str:
    return tr("{currency} for 1,000 cases", currency=plain_in_chart(currency))
