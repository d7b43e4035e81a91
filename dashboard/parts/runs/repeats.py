"""Repeats of a run: its recipe with other seeds, how far apart they come out, and the verdict about the recipe."""

from collections.abc import Sequence

import streamlit as st

from core.comparison.recipes import FEWEST_SEEDS
from dashboard import doors
from dashboard.access.store import may, store
from dashboard.answers.judgement import strongest
from dashboard.cached.known import answers_of
from dashboard.cached.recipes import spread_of, verdict_beside_baseline
from dashboard.charts import show
from dashboard.charts.recipes import trainings
from dashboard.faults import attempt
from dashboard.language.formats import is_percentage, metric_value
from dashboard.language.words import tr, trn
from dashboard.parts.runs.status import is_active
from dashboard.requests import forget, request_id
from dashboard.sentences.baselines import called, spoken
from dashboard.sentences.measures import title_of
from dashboard.sentences.recipe import REPEATS_MEANING, recipe_sentence, spread_sentence
from storage import Run

SEEDS = (3, 5, 10)


def repeats(run: Run) -> None:
    """Section of a finished run: its repeats, and the choice to train more of them."""
    family = store().runs.repeats(run.id)
    done = _one_a_seed(family)
    with st.expander(tr("Repeat with other seeds"), icon=":material/casino:", expanded=len(family) > 1):
        st.caption(tr(REPEATS_MEANING))
        if len(done) > 1:
            _spread(run, done)
        if waiting := sum(map(is_active, family)):
            st.info(
                trn("{n} training is under way.", "{n} trainings are under way.", waiting),
                icon=":material/hourglass_top:",
            )
        if may("editor"):
            _more(run, len(done) + waiting)


def trainings_of(run: Run) -> list[Run]:
    """Finished trainings of the run's recipe, one for each seed."""
    return _one_a_seed(store().runs.repeats(run.id))


def _one_a_seed(family: Sequence[Run]) -> list[Run]:
    return list({one.config.seed: one for one in family if one.status == "succeeded" and one.evaluation}.values())


def _spread(run: Run, done: Sequence[Run]) -> None:
    assert run.evaluation is not None  # noqa: S101  # of a finished run
    ids = tuple(one.id for one in done)
    found = spread_of(ids)
    measured = [one.evaluation.metrics[found.metric] for one in done if one.evaluation]
    others = {who: answers_of(run.id, who) for who in run.evaluation.baselines}
    best = strongest(run.evaluation, others)
    st.markdown(spread_sentence(found))
    if best and len(done) >= FEWEST_SEEDS:
        verdict = verdict_beside_baseline(ids, run.id, best[0], run.config.margin / 100)
        st.markdown(recipe_sentence(verdict, found.metric, spoken(best[0])))
        doors.what_is_this("this recipe is better")
    chart = trainings(
        [one.config.seed for one in done],
        measured,
        found.another,
        (called(best[0]), best[1]) if best else None,
        metric=title_of(found.metric),
        as_share=is_percentage(found.metric),
        said=lambda value: metric_value(found.metric, value),
    )
    show(chart, key=f"repeats-{run.id}")


def _more(run: Run, known: int) -> None:
    """Choice of how many trainings there shall be."""
    offered = [seeds for seeds in SEEDS if seeds > known]
    if not offered:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seeds = st.segmented_control(
            tr("Trainings in all"), offered, default=offered[0], required=True, key=f"seeds-{run.id}"
        )
        if st.button(tr("Repeat"), icon=":material/casino:", key=f"repeat-{run.id}"):
            attempt(store().runs.repeat, run.id, seeds, request_id("repeat", run.id, seeds))
            doors.go("runs", run=run.id)
        forget("repeat")
