"""What a label curve says: the sentence first, then the chart, what more labels would bring, and when to stop."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.models import CATALOGUE
from core.results import Interval
from core.scenarios import SCENARIOS
from core.searches import (
    FEWEST_SIZES,
    MODEL,
    TFIDF,
    WHO,
    Fit,
    Levels,
    Point,
    Prices,
    Stop,
    crossing,
    fit,
    levels,
    meeting,
    more_left,
    net_worth,
    stop_at,
)
from core.searches.fit import FARTHEST
from dashboard import charts, label_words
from dashboard.charts import Measured, show
from dashboard.formats import count, share
from dashboard.plain import plain
from dashboard.verdict import BASELINES
from dashboard.words import tr, word
from storage import Run

COLOURS = {
    "ahead": ("green", "trending_up"),
    "falls back": ("green", "trending_up"),
    "behind": ("orange", "balance"),
    "even": ("orange", "help"),
    "mixed": ("orange", "help"),
}
STANDINGS = {"ahead": word("ahead"), "even": word("cannot be told apart"), "behind": word("behind")}
FAR = 2.0
"""The dotted lines go on to this many times the largest measured size."""


def results(run: Run, points: Sequence[Point]) -> None:
    """Everything that the points say so far."""
    found, fits, meet = _read(run.id, len(points), points)
    if found is None:
        st.caption(tr("The first measurement appears here."))
        return
    names = names_of(run)
    _verdict(found, meet, names[MODEL])
    _curve(points, found, fits, names)
    if len(fits) < len(WHO):
        st.info(tr("With {n} sizes, each drawn twice, this also says what more labels would bring.", n=FEWEST_SIZES))
    else:
        _twice(fits, names)
        _money(run, found, fits, names)
    with st.expander(tr("Every measurement"), icon=":material/table_rows:"):
        _table(found, names)


def names_of(run: Run) -> dict[str, str]:
    """What the contenders are called."""
    how = {
        "frozen": tr("{model} with a small head"),
        "lora": tr("{model} with LoRA"),
        "full": tr("{model}, fine-tuned"),
    }
    known = CATALOGUE.get(run.config.model)
    title = known.title.split(" (")[0] if known else run.config.model.removeprefix("local:")
    return {MODEL: how[run.config.learning.method].format(model=title), TFIDF: tr(BASELINES["tfidf"])}


@st.cache_data(show_spinner=False, max_entries=64)
def _read(
    run_id: str,  # noqa: ARG001  # with the number of points, the key
    number: int,  # noqa: ARG001
    _points: Sequence[Point],
) -> tuple[Levels | None, dict[str, Fit], Interval | None]:
    """The levels, the fits of those who have one, and where these meet."""
    found = levels(_points)
    if found is None:
        return None, {}, None
    fits = {who: made for who in WHO if (made := fit(found, who))}
    return found, fits, meeting(fits[MODEL], fits[TFIDF], found.rows) if len(fits) == len(WHO) else None


def _verdict(found: Levels, meet: Interval | None, start: str) -> None:
    if found.samples is None:
        st.caption(tr("Who is ahead is said once a size has been drawn twice."))
        return
    colour, icon = COLOURS[crossing(found).kind]
    with st.container(border=True, key="verdict"):
        said = [label_words.who_is_ahead(found, start)]
        if crossing(found).kind == "falls back" and meet is not None:
            said.append(label_words.where_they_meet(meet, found.rows))
        st.markdown(f":{colour}[:material/{icon}:] " + " ".join(said))


def _curve(points: Sequence[Point], found: Levels, fits: dict[str, Fit], names: dict[str, str]) -> None:
    drawn = [_measured(points, found, fits.get(who), who, names[who]) for who in WHO]
    show(charts.label_curve(drawn), key="label-curve")


def _measured(points: Sequence[Point], found: Levels, law: Fit | None, who: str, name: str) -> Measured:
    line: dict[str, np.ndarray] = {}
    if law is not None:
        x = np.geomspace(min(found.rows), FAR * max(found.rows), 60)
        reached = [law.accuracy(place) for place in x]
        line = {
            "line_x": x,
            "line_y": np.array([one.value for one in reached]),
            "low": np.array([one.low for one in reached]),
            "high": np.array([one.high for one in reached]),
        }
    return Measured(
        name,
        found.rows,
        found.accuracy(who),
        np.array([point.rows for point in points], float),
        np.array([point.accuracy(who) for point in points]),
        **line,
    )


def _twice(fits: dict[str, Fit], names: dict[str, str]) -> None:
    st.markdown(f"**{tr('What twice the labels would bring')}**")
    st.markdown("\n".join(f"- {label_words.twice(fits[who], names[who])}" for who in WHO))
    st.caption(
        tr(
            "Read off the fitted lines, which suppose that more labels go on bringing less and less, as they nearly "
            "always do."
        )
    )


def _money(run: Run, found: Levels, fits: dict[str, Fit], names: dict[str, str]) -> None:
    st.subheader(tr("When to stop labelling"), anchor=False)
    currency, prices = _prices(run)
    stops = {who: stop_at(fits[who], prices) for who in WHO}
    best = max(WHO, key=lambda who: stops[who].worth)
    said = label_words.when_to_stop(
        stops[best], fits[best], prices, name=names[best], smallest=min(found.rows), currency=currency
    )
    with st.container(border=True, key="stop"):
        st.markdown(said)
        st.markdown(_other(fits, stops, prices, best, names, currency))
    x = np.geomspace(min(found.rows), FARTHEST * max(found.rows), 80)
    worths = [np.array([net_worth(fits[who], prices, rows) for rows in x]) for who in WHO]
    show(
        charts.net_worth([names[who] for who in WHO], x, worths, best=WHO.index(best), currency=currency),
        key="label-money",
    )
    st.caption(
        tr(
            "Labels are counted as they were drawn, as many of each class as there are. To find rare classes, more "
            "rows may have to be read than are labelled here."
        )
    )


def _prices(run: Run) -> tuple[str, Prices]:
    """What is asked of the reader; the story's own figures stand there to begin with."""
    story = SCENARIOS.get(run.scenario or "")
    currency = story.payoff.currency if story else tr("money")
    right = story.payoff.right - story.payoff.wrong if story else 1.0
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
            tr("Right in place of wrong, in {currency}", currency=currency),
            min_value=0.0,
            value=round(right, 4),
            format="%.4g",
            key="worth",
            bind="query-params",
            help=tr("How much more a right answer is worth than a wrong one: what it saves, and what the other costs."),
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
    return currency, Prices(label=float(label), right=float(worth), cases=float(cases))


def _other(
    fits: dict[str, Fit], stops: dict[str, Stop], prices: Prices, best: str, names: dict[str, str], currency: str
) -> str:
    """How the other contender stands, each with the labels that suit it."""
    (other,) = (who for who in WHO if who != best)
    gap = more_left(fits[best], stops[best].rows.value, fits[other], stops[other].rows.value, prices)
    facts = {
        "other": plain(names[other]),
        "rows": label_words.about(stops[other].rows.value),
        "low": label_words.money(gap.low, whole=True),
        "high": label_words.money(gap.high, whole=True),
        "currency": plain(currency),
    }
    if gap.low > 0:
        return tr(
            "{other} would do best with about {rows} labels, and leave over {low} to {high} {currency} less.", **facts
        )
    return tr(
        "{other} would do best with about {rows} labels. Which of the two leaves over more is not sure: the difference "
        "is {low} to {high} {currency}.",
        **facts,
    )


def _table(found: Levels, names: dict[str, str]) -> None:
    by_who = {who: found.accuracy(who) for who in WHO}
    columns: dict[str, list[str]] = {
        tr("Labels a class"): [count(size) for size in found.sizes],
        tr("Labels in all"): [count(rows) for rows in found.rows],
        tr("Draws"): [count(draws) for draws in found.draws],
    }
    for who in WHO:
        columns[names[who]] = [
            f"{share(one.value)} ({share(one.low)}–{share(one.high)})" if one.low < one.high else share(one.value)
            for one in by_who[who]
        ]
    if found.samples is not None:
        columns[tr("The first is")] = [tr(STANDINGS[one]) for one in crossing(found).standings]
    st.dataframe(pd.DataFrame(columns), hide_index=True, alt=tr("Every size with its measurements"))
    st.caption(
        tr(
            "In brackets the 95% interval, over other draws and other test rows. Who is ahead is said so carefully "
            "that it holds for all sizes at once."
        )
    )
