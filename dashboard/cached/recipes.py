"""Cache of what is said of a recipe over its trainings, by the runs' ids. A finished run's answers stay."""

from collections.abc import Sequence

import streamlit as st

from core.answers import Answers
from core.comparison import Verdict
from core.comparison.recipes import RecipeSpread, recipe_verdict, spread_over_seeds
from dashboard.access.store import store
from dashboard.cached.known import answers_of

RunIds = tuple[str, ...]


@st.cache_resource(show_spinner=False, max_entries=24)
def spread_of(runs: RunIds) -> RecipeSpread:
    """Spread over the trainings of a recipe. Raises DatasetError without common rows."""
    return spread_over_seeds(_answers(runs))


@st.cache_resource(show_spinner=False, max_entries=24)
def verdict_beside_baseline(runs: RunIds, run: str, baseline: str, margin: float) -> Verdict:
    """Verdict on a recipe beside a baseline of one of its runs. Raises as `recipe_verdict` does."""
    return recipe_verdict(_answers(runs), [answers_of(run, baseline)], other_is_fixed=True, margin=margin)


@st.cache_resource(show_spinner=False, max_entries=24)
def verdict_of_two(runs: RunIds, others: RunIds, margin: float) -> Verdict:
    """Verdict on a recipe beside another. Raises as `recipe_verdict` does."""
    return recipe_verdict(_answers(runs), _answers(others), margin=margin)


def _answers(runs: Sequence[str]) -> list[Answers]:
    """Held-out answers of these runs, read once and not kept: there may be many."""
    return [store().runs.predictions(run) for run in runs]
