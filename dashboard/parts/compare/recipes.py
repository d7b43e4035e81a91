"""Two recipes compared: which is better whatever the seed, where both were trained several times."""

import streamlit as st

from core.comparison.recipes import FEWEST_SEEDS
from core.evaluation import YARDSTICKS
from dashboard.cached.compared import RankedComparison
from dashboard.cached.recipes import verdict_of_two
from dashboard.language.formats import count
from dashboard.language.words import tr
from dashboard.parts.runs.repeats import trainings_of
from dashboard.sentences.recipe import recipe_sentence


def recipes(chosen: RankedComparison) -> None:
    """Verdict about the two recipes, by the headline metric; nothing where one was trained too few times."""
    models, metric = [one for one in chosen.found if one.is_model], YARDSTICKS[chosen.kind].headline
    if len(models) != 2 or chosen.comparison.metric != metric or len({one.run.config.recipe for one in models}) != 2:
        return
    done = [trainings_of(one.run) for one in models]
    if min(map(len, done)) < FEWEST_SEEDS:
        return
    ours, theirs = (tuple(run.id for run in runs) for runs in done)
    found = verdict_of_two(ours, theirs, models[0].run.config.margin / 100)
    first, second = (chosen.safe[one.key] for one in models)
    n, other = (count(len(runs)) for runs in done)
    st.markdown(f"**{tr('As recipes, over {n} and {other} trainings', n=n, other=other)}**")
    st.markdown(f"{first}: {recipe_sentence(found, metric, second)}")
