"""Compare page: the verdict on which run is better and by how much, then the details in tabs."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from core.comparison import Comparison
from core.comparison.contest import Standing
from core.evaluation import MEANINGS, YARDSTICKS
from core.evaluation.records import Interval
from core.scenarios import SCENARIOS
from dashboard import charts, doors
from dashboard.access.store import store
from dashboard.answers.view import view_of
from dashboard.answers.whole_numbers import whole_numbers
from dashboard.cached.comparable import FEWEST, Comparable, comparables
from dashboard.cached.compared import RankedComparison, ranked_comparison
from dashboard.charts import show
from dashboard.language.formats import count, duration, is_percentage, metric_value, metric_values, share, small_cost
from dashboard.language.plain import plain
from dashboard.language.words import joined, tr, word
from dashboard.parts.choose import one_metric
from dashboard.parts.compare.choice import choose_keys, kind_of
from dashboard.parts.compare.learning import while_learning
from dashboard.parts.compare.recipes import recipes
from dashboard.parts.compare.settings import settings
from dashboard.parts.tabs import lazy_tabs
from dashboard.parts.teaching import teaching_banner
from dashboard.sentences.asked import asked_sentence, leader_interval, metric_sentence
from dashboard.sentences.comparison import leader_sentence, left_out_sentence, pair_sentence
from dashboard.sentences.standing import standing_icon, standing_word
from storage import Run

CURRENCY = "USD"


def choose(runs: Sequence[Run]) -> RankedComparison | None:
    """Ranked comparison of the chosen runs by the chosen metric; None, with a hint, while there are fewer than two."""
    left, right = st.columns(2) if len({run.dataset_id for run in runs}) > 1 else (st.container(), st.container())
    keys = choose_keys(runs, left)
    kind = kind_of(runs, keys)
    with right:
        metric = one_metric(YARDSTICKS[kind].metrics, tr("Judge by"), tr(view_of(kind).which_metric))
        st.caption(tr(MEANINGS[metric].meaning))
    if len(keys) < FEWEST:
        st.info(tr("Choose at least two runs, or one and the baseline beside it."), icon=":material/info:")
        return None
    with st.spinner(tr("Comparing…"), show_time=False):
        return ranked_comparison(comparables(store(), keys), metric)


def verdict(chosen: RankedComparison) -> None:
    """Verdict in a sentence, and the table with metrics, time and cost."""
    comparison = chosen.comparison
    teaching_banner(chosen.found[0].run.scenario)
    first = comparison.ranking[0]
    with st.container(border=True, key="verdict"):
        st.markdown(f"{standing_icon(_leads(comparison))} {leader_sentence(comparison, chosen.safe)}")
    lucky = leader_interval(comparison.metric, comparison.leading, comparison.measured[first][comparison.metric])
    by_other = metric_sentence(chosen.kind, comparison.metric)
    if said := joined((lucky, by_other, asked_sentence(chosen.asked))):
        st.caption(said)
    doors.what_is_this(f"better by {comparison.metric}")
    if said := left_out_sentence(comparison, chosen.safe):
        st.warning(said, icon=":material/rule:")
    _table(chosen)


def _leads(comparison: Comparison) -> Standing:
    """How the first stands to all others: better than each, about the same as some, or too early to tell from one."""
    first, *others = comparison.ranking
    found = {comparison.pair(first, one).standing(first) for one in others}
    return "better" if found == {"better"} else "same" if found <= {"better", "same"} else "unknown"


def _table(chosen: RankedComparison) -> None:
    comparison, metric = chosen.comparison, chosen.comparison.metric
    price = st.session_state.get("compare:price", 0.10)
    measured = [metric_values(metric, comparison.shown(one.key)) for one in chosen.found]
    took, currency = [_seconds(one) for one in chosen.found], _currency(chosen.found[0].run)
    columns: dict[str, list[object]] = {
        tr("Run"): [chosen.names[one.key] for one in chosen.found],
        tr(MEANINGS[metric].title): [value for value, _, _ in measured],
        tr("From"): [low for _, low, _ in measured],
        tr("To"): [high for _, _, high in measured],
    }
    for other in view_of(chosen.kind).beside:
        if other != metric:
            found = [comparison.measured[one.key].get(other) for one in chosen.found]
            columns[tr(MEANINGS[other].title)] = [metric_value(other, one.value) if one else "–" for one in found]
    columns[tr("Against the best")] = [_beside(chosen, one) for one in chosen.found]
    columns[tr("Took")] = ["–" if one is None else duration(one) for one in took]
    columns[tr("Cost")] = ["–" if one is None else small_cost(one / 3600 * price, currency) for one in took]
    st.dataframe(pd.DataFrame(columns), hide_index=True, alt=tr("The runs, best first, with their time and cost"))
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption(
        tr(
            "Judged on {n} rows. On all rows like these, the true value lies between From and To 95 times of 100. "
            "Took: the time it spent learning. Cost: that time at the price beside.",
            n=count(comparison.rows),
        )
    )
    right.number_input(
        tr("Price of a machine hour, in {currency}", currency=plain(currency)),
        min_value=0.0,
        value=0.10,
        step=0.05,
        key="compare:price",
        help=tr("0.10 is only a start: put what an hour of the machine costs you."),
    )


def _beside(chosen: RankedComparison, one: Comparable) -> str:
    """Result of the test against the best, in a word or two."""
    first = chosen.comparison.ranking[0]
    if one.key == first:
        return tr("the best here")
    return standing_word(chosen.comparison.pair(first, one.key).standing(one.key))


def _currency(run: Run) -> str:
    """Currency of the run's prices, or of its scenario's."""
    story = SCENARIOS.get(run.scenario or "")
    return run.decision.currency if run.decision else story.payoff.currency if story else CURRENCY


def _seconds(one: Comparable) -> float | None:
    """Training time in seconds, None where it was not measured."""
    stages = one.run.evaluation.seconds if one.run.evaluation else {}
    if one.is_model:
        return stages.get("train", one.run.seconds)
    return stages.get("baseline")


def details(chosen: RankedComparison) -> None:
    """Details behind the verdict in tabs; only the open one is worked out."""
    own = dict(view_of(chosen.kind).compare)
    changed = word("Rows that changed")
    views: dict[str, Callable[[RankedComparison], None]] = {
        word("Who is better"): _who,
        changed: own.pop(changed),
        word("While learning"): lambda one: while_learning(one.found, one.names),
        **own,
        word("Settings"): lambda one: settings(one.found, one.names, one.comparison),
    }
    lazy_tabs(views, "view", chosen)


def _who(chosen: RankedComparison) -> None:
    comparison, metric = chosen.comparison, chosen.comparison.metric
    measured: list[Interval] = [comparison.shown(one.key) for one in chosen.found]
    names = [chosen.names[one.key] for one in chosen.found]
    title = tr(MEANINGS[metric].title)
    bars = charts.result_bars(
        names,
        measured,
        metric=title,
        as_share=is_percentage(metric),
        said=lambda value: metric_value(metric, value),
    )
    show(bars, key="compare-bars")
    first, *others = comparison.ranking
    st.markdown(f"**{tr('The best beside each of the others')}**")
    st.markdown("\n".join(f"- {pair_sentence(comparison.pair(first, one), comparison, chosen.safe)}" for one in others))
    recipes(chosen)
    with st.expander(tr("Every pair"), icon=":material/table_rows:"):
        _pairs(chosen)


def _pairs(chosen: RankedComparison) -> None:
    comparison = chosen.comparison
    pairs, view = comparison.pairs, view_of(chosen.kind)
    frame = pd.DataFrame(
        {
            tr("In words"): [pair_sentence(one, comparison, chosen.names) for one in pairs],
            tr(view.only_first): [one.only_a for one in pairs],
            tr(view.only_second): [one.only_b for one in pairs],
            tr("Could be luck"): [_chance(one.adjusted_p_value) for one in pairs],
            tr("Before the correction"): [_chance(one.p_value) for one in pairs],
        }
    )
    config = whole_numbers(frame) | {frame.columns[0]: st.column_config.TextColumn(width="large")}
    st.dataframe(frame, hide_index=True, column_config=config, alt=tr("Every pair of runs and what can be said of it"))
    st.caption(
        tr(
            "Could be luck: how often two equally good runs would differ at least this much; below 5% the difference "
            "is called real. With many pairs some would differ by luck alone, so each is held to a stricter line "
            "(Holm's correction)."
        )
        + " "
        + tr(view.tests.get(comparison.metric, view.other_test))
    )


def _chance(p_value: float) -> str:
    return tr("below 0.1%") if p_value < 0.001 else share(p_value)
