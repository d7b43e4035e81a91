"""Word attributions (pushes) as bars: of one text, and of a class over many rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.chart import ACCENT, BASELINE, STRONG, Chart, figure
from dashboard.language.plain import plain_in_chart, shortened
from dashboard.language.words import tr

LONGEST = 24
"""Characters of a word, or of a column's name or value, beside the chart."""
WORD_HEIGHT, COLUMN_HEIGHT = 26, 38


@dataclass(frozen=True)
class WordPush:
    """A word, its push (log-odds, or the number's unit), and, over many rows, the mean's interval and the rows."""

    word: str
    push: float
    low: float | None = None
    high: float | None = None
    rows: int = 1


def times(push: float) -> str:
    """Odds ratio of a push in log-odds: "× 3.2" or "÷ 3.2"."""
    factor = float(np.exp(min(abs(push), 50.0)))
    shown = f"{factor:,.0f}" if factor >= 100 else f"{factor:.1f}"
    return tr("× {factor}", factor=shown) if push >= 0 else tr("÷ {factor}", factor=shown)


def odds(push: float) -> str:
    """Odds ratio in words: "odds × 3.2"."""
    return tr("odds {n}", n=times(push))


def pushes(
    words: Sequence[WordPush],
    label: str,
    *,
    title: str,
    reading: str,
    said: Callable[[float], str] = times,
    told: Callable[[float], str] = odds,
    axis: str = "",
    of_columns: bool = False,
) -> Chart:
    """Bar chart of word attributions in the order given: for `label` to the right, against it to the left.

    `said` is how a push is written beside its bar, `told` where it is pointed at; `axis` names the two sides;
    `of_columns` says that they are not words, but columns with their values.
    """
    numbers = list(range(len(words)))
    amounts = np.array([one.push for one in words], dtype=float)
    for_it = amounts >= 0
    has_lines = any(one.low is not None for one in words)
    bars = go.Bar(
        x=amounts,
        y=numbers,
        orientation="h",
        marker={"color": [ACCENT if yes else BASELINE for yes in for_it], "cornerradius": 3},
        text=[said(one.push) for one in words],
        textposition="outside",
        cliponaxis=False,
        customdata=[[plain_in_chart(one.word, 60), told(one.push), _rows(one, said)] for one in words],
        hovertemplate="%{customdata[0]}: %{customdata[1]}%{customdata[2]}<extra></extra>",
    )
    if has_lines:
        bars.update(error_x=_whiskers(words), textposition="none")
    height = (COLUMN_HEIGHT if of_columns else WORD_HEIGHT) * max(1, len(words))
    made = figure(bars, x=axis or tr("Against ← push → For"), y="", height=90 + height)
    made.update_yaxes(
        autorange="reversed",
        tickvals=numbers,
        ticktext=[_in_two_lines(one.word) if of_columns else plain_in_chart(one.word, LONGEST) for one in words],
        showgrid=False,
    )
    made.update_xaxes(showticklabels=False, zeroline=True)
    for one in _beside(words, said) if has_lines else ():
        made.add_annotation(one)
    _leave_room(made, words, 0.24 if has_lines else 0.16)
    return Chart(made, title, reading, alt=_alt(words, label, of_columns=of_columns))


def _alt(words: Sequence[WordPush], label: str, *, of_columns: bool) -> str:
    first = max(words, key=lambda one: abs(one.push)).word if words else ""
    about = {"n": len(words), "label": shortened(label, 40), "first": first}
    if of_columns:
        return tr("{n} columns that push {label}; the first is {first}", **about)
    return tr("{n} words that push {label}; the first is {first}", **about)


def _rows(one: WordPush, said: Callable[[float], str]) -> str:
    if one.low is None or one.high is None:
        return ""
    return "<br>" + tr("{low} to {high}, in {n} rows", low=said(one.low), high=said(one.high), n=one.rows)


def _in_two_lines(column: str) -> str:
    """A column's name and, below it, its value, so that a narrow screen has room for the bars."""
    name, equals, held = column.partition(" = ")
    return f"{plain_in_chart(name, LONGEST)}{equals.rstrip()}<br>{plain_in_chart(held, LONGEST)}"


def _beside(words: Sequence[WordPush], said: Callable[[float], str]) -> Iterator[dict[str, object]]:
    """Each push in figures, where its thin line ends."""
    for number, one in enumerate(words):
        is_for = one.push >= 0
        ends = [end for end in (one.push, one.low, one.high) if end is not None]
        yield {
            "x": max(ends) if is_for else min(ends),
            "y": number,
            "text": said(one.push),
            "xanchor": "left" if is_for else "right",
            "xshift": 6 if is_for else -6,
            "showarrow": False,
        }


def _whiskers(words: Sequence[WordPush]) -> dict[str, object]:
    high = [(one.high if one.high is not None else one.push) - one.push for one in words]
    low = [one.push - (one.low if one.low is not None else one.push) for one in words]
    return {
        "type": "data",
        "symmetric": False,
        "array": np.array(high),
        "arrayminus": np.array(low),
        "color": STRONG,
        "thickness": 1.4,
        "width": 3,
    }


def _leave_room(made: go.Figure, words: Sequence[WordPush], room: float) -> None:
    """Axis limits that leave room, a share of the width, beside the longest bars for what is written there."""
    ends = [0.0, *(one.push for one in words)]
    ends += [end for one in words for end in (one.low, one.high) if end is not None]
    low, high = min(ends), max(ends)
    wide = max(high - low, 1e-6)
    made.update_xaxes(range=[low - (room * wide if low < 0 else 0.02 * wide), high + room * wide])
