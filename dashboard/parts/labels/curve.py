"""Label curve on a page: the verdict first, then the chart, what more labels would bring, and when to stop."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.evaluation.records import Interval
from core.models import CATALOGUE
from core.scenarios import SCENARIOS
from core.searches import (
    FARTHEST,
    FEWEST_SIZES,
    MODEL,
    FittedLaws,
    Levels,
    Point,
    Prices,
    Stop,
    can_fit,
    crossing,
    fit,
    levels,
    meeting,
    more_left,
    net_worth,
    stop_at,
)
from dashboard import charts, doors
from dashboard.access.store import store
from dashboard.answers.curve_words import CurveWords, curve_words, curves_counted
from dashboard.charts import CurveLine, show
from dashboard.language.formats import bare_money, count
from dashboard.language.plain import plain, plain_in_chart
from dashboard.language.words import joined, tr
from dashboard.sentences import label_curve as label_words
from dashboard.sentences.baselines import called, spoken
from dashboard.sentences.keys import STANDINGS
from storage import Run

COLOURS = {
    "ahead": ("green", "trending_up"),
    "falls back": ("green", "trending_up"),
    "behind": ("orange", "balance"),
    "even": ("orange", "help"),
    "mixed": ("orange", "help"),
}
FAR = 2.0
"""Extrapolation: the dotted lines go on to this many times the largest measured size."""


def results(run: Run, points: Sequence[Point]) -> None:
    """Results of the points measured so far."""
    found, fits, meet = _read(run.id, len(points), curves_counted(store(), run), points)
    if found is None:
        st.caption(tr("The first measurement appears here."))
        return
    words, names = curve_words(store(), run, found), names_of(run, found)
    _verdict(found, meet, words, model_name(run.config, inside=True))
    if found.curves > 1:
        st.caption(label_words.counted_together(found.curves))
    _curve(points, found, fits, words, names)
    if not can_fit(found):
        st.info(tr("With {n} sizes, each drawn twice, this also says what more labels would bring.", n=FEWEST_SIZES))
    elif not fits:
        st.info(label_words.too_irregular(), icon=":material/help:")
    else:
        _twice(fits, words, names)
        _money(run, found, fits, words, names)
    if not any(point.shared for point in points):
        st.caption(
            tr(
                "An earlier version measured this. What was measured is as it was; the intervals are worked out anew, "
                "as if these rows had been drawn out of endlessly many."
            )
        )
    with st.expander(tr("Every measurement"), icon=":material/table_rows:"):
        _table(found, words, names)


def told_in_short(run: Run, points: Sequence[Point]) -> None:
    """Verdict and chart of the points, without what they would bring."""
    found, fits, meet = _read(run.id, len(points), curves_counted(store(), run), points)
    if found is not None:
        words = curve_words(store(), run, found)
        _verdict(found, meet, words, model_name(run.config, inside=True))
        _curve(points, found, fits, words, names_of(run, found))


def names_of(run: Run, found: Levels) -> dict[str, str]:
    """Names of the candidates."""
    return {who: model_name(run.config) if who == MODEL else called(who) for who in found.who}


def model_name(config: RunConfig, *, inside: bool = False) -> str:
    """Name of the model with its learner, for a sentence's beginning, or `inside` of one."""
    how = {
        "frozen": tr("{model} with a small head"),
        "lora": tr("{model} with LoRA"),
        "full": tr("{model}, fine-tuned"),
        "scratch": tr("a network from scratch") if inside else tr("A network from scratch"),
    }
    known = CATALOGUE.get(config.model)
    title = known.title.split(" (")[0] if known else config.model.removeprefix("local:")
    return how.get(config.learning.method, tr("the model") if inside else tr("The model")).format(model=title)


@st.cache_data(show_spinner=False, max_entries=64)
def _read(
    run_id: str,  # noqa: ARG001  # with the number of points and of curves, the key
    number: int,  # noqa: ARG001
    curves: int,
    _points: Sequence[Point],
) -> tuple[Levels | None, dict[str, FittedLaws], Interval | None]:
    """The levels, the fitted power laws by candidate, and the number of labels at which these meet."""
    found = levels(_points, curves=curves)
    if found is None:
        return None, {}, None
    fits = {who: made for who in found.who if (made := fit(found, who))}
    return found, fits, meeting(*fits.values(), found.rows) if len(fits) == len(found.who) else None


def _verdict(found: Levels, meet: Interval | None, words: CurveWords, model: str) -> None:
    if found.samples is None:
        st.caption(tr("Who is ahead is said once a size has been drawn twice."))
        return
    colour, icon = COLOURS[crossing(found).kind]
    with st.container(border=True, key="verdict"):
        said = [words.ahead(found, model, spoken(found.who[1]))]
        if crossing(found).kind == "falls back" and meet is not None:
            said.append(label_words.where_they_meet(meet, found.rows))
        st.markdown(f":{colour}[:material/{icon}:] " + joined(said))


def _curve(
    points: Sequence[Point], found: Levels, fits: dict[str, FittedLaws], words: CurveWords, names: dict[str, str]
) -> None:
    drawn = [_measured(points, found, fits.get(who), who, names[who]) for who in found.who]
    axis = words.axis()
    chart = charts.label_curve(drawn, y=axis.title, ticks=axis.ticks, reading=axis.reading, shown=axis.shown)
    show(chart, key="label-curve")


def _measured(points: Sequence[Point], found: Levels, law: FittedLaws | None, who: str, name: str) -> CurveLine:
    line: dict[str, np.ndarray] = {}
    if law is not None:
        x = np.geomspace(min(found.rows), FAR * max(found.rows), 60)
        reached = [law.reached(place) for place in x]
        line = {
            "line_x": x,
            "line_y": np.array([one.value for one in reached]),
            "low": np.array([one.low for one in reached]),
            "high": np.array([one.high for one in reached]),
        }
    return CurveLine(
        name,
        found.rows,
        found.reached(who),
        np.array([point.rows for point in points], float),
        np.array([point.reached(who) for point in points]),
        **line,
    )


def _twice(fits: dict[str, FittedLaws], words: CurveWords, names: dict[str, str]) -> None:
    st.markdown(f"**{tr('What twice the labels would bring')}**")
    said = [words.twice(fits[who], name) if who in fits else label_words.irregular(name) for who, name in names.items()]
    st.markdown("\n".join(f"- {one}" for one in said))
    st.caption(
        tr(
            "Each interval, here and below, spans three ways to go on: as the whole curve does, as its last two sizes "
            "do, or soon at its end. It holds the truth at least 95 times of 100 where nothing new happens beyond what "
            "was measured."
        )
    )
    doors.what_is_this("label curve: twice the labels")


def _money(run: Run, found: Levels, fits: dict[str, FittedLaws], words: CurveWords, names: dict[str, str]) -> None:
    st.subheader(tr("When to stop labelling"), anchor=False)
    currency, prices = _prices(run, words)
    stops = {who: stop_at(law, prices) for who, law in fits.items()}
    best = max(stops, key=lambda who: stops[who].worth)
    said = label_words.when_to_stop(
        stops[best],
        fits[best],
        prices,
        name=model_name(run.config, inside=True) if best == MODEL else names[best],
        smallest=min(found.rows),
        currency=currency,
    )
    with st.container(border=True, key="stop"):
        st.markdown(said)
        if len(fits) > 1:
            st.markdown(_other(fits, stops, prices, best, words, names, currency))
    show(_worth(found, fits, prices, best, words, names, currency), key="label-money")
    if words.counted:
        st.caption(words.counted)


def _worth(
    found: Levels,
    fits: dict[str, FittedLaws],
    prices: Prices,
    best: str,
    words: CurveWords,
    names: dict[str, str],
    currency: str,
) -> charts.Chart:
    """Chart of the net worth, or of the costs."""
    told = words.money(plain_in_chart(currency, 8))
    x = np.geomspace(min(found.rows), FARTHEST * max(found.rows), 80)
    sign = -1 if told.are_costs else 1
    return charts.net_worth(
        [names[who] for who in fits],
        x,
        [np.array([sign * net_worth(law, prices, rows) for rows in x]) for law in fits.values()],
        best=list(fits).index(best),
        y=told.axis,
        title=told.title,
        reading=told.reading,
        alt=told.best,
        are_costs=told.are_costs,
    )


def _prices(run: Run, words: CurveWords) -> tuple[str, Prices]:
    """Price inputs and the currency; the scenario's own figures stand there to begin with."""
    story = SCENARIOS.get(run.scenario or "")
    currency = story.payoff.currency if story else tr("money")
    error = words.error_price(story, currency)
    with st.grid(3, min_column_width=210, vertical_alignment="bottom"):
        label = st.number_input(
            tr("Price of a label, in {currency}", currency=currency),
            min_value=0.001,
            value=0.3,
            format="%.3g",
            key="price",
            bind="query-params",
            help=tr("What it costs to have one row labelled: a person's minutes times her wage."),
        )
        worth = st.number_input(
            error.label,
            min_value=0.0,
            value=round(error.start, 4),
            format="%.4g",
            key="worth",
            bind="query-params",
            help=error.help,
        )
        cases = st.number_input(
            tr("Answers it will give"),
            min_value=1,
            value=10_000,
            step=1_000,
            key="cases",
            bind="query-params",
            help=tr("How many rows the model will answer before it is taught anew: a year's, perhaps."),
        )
    return currency, Prices(label=float(label), error=float(worth), cases=float(cases))


def _other(
    fits: dict[str, FittedLaws],
    stops: dict[str, Stop],
    prices: Prices,
    best: str,
    words: CurveWords,
    names: dict[str, str],
    currency: str,
) -> str:
    """Sentence on the other candidate's net worth, each with the labels that suit it."""
    (other,) = (who for who in fits if who != best)
    gap = more_left(fits[best], stops[best].rows.value, fits[other], stops[other].rows.value, prices)
    told = words.money(currency)
    return (told.surely_worse if gap.low > 0 else told.perhaps_worse).format(
        other=plain(names[other]),
        rows=label_words.about(stops[other].rows.value),
        low=bare_money(gap.low, whole=True),
        high=bare_money(gap.high, whole=True),
        currency=plain(currency),
    )


def _table(found: Levels, words: CurveWords, names: dict[str, str]) -> None:
    columns: dict[str, list[str]] = {words.size: [count(size) for size in found.sizes]} if found.of_each else {}
    columns |= {
        tr("Labels in all"): [count(rows) for rows in found.rows],
        tr("Draws"): [count(draws) for draws in found.draws],
    }
    for who in found.who:
        columns[names[who]] = [words.with_interval(one) for one in found.reached(who)]
    if found.samples is not None:
        columns[tr("The first is")] = [tr(STANDINGS[one]) for one in crossing(found).standings]
    st.dataframe(pd.DataFrame(columns), hide_index=True, alt=tr("Every size with its measurements"))
    st.caption(
        tr(
            "In brackets the 95% interval, over other draws and other test rows. Who is ahead is said so carefully "
            "that it holds for all sizes at once."
        )
    )
