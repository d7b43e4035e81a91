"""Sentences on rows that are unlike the training rows."""

from core.config import Estimator, Learning
from core.novelty import FEWEST_ROWS
from core.payoff import AnyDecision, Decision
from dashboard.language.formats import count
from dashboard.language.words import tr

UNLIKE = "unlike the training rows"
"""Topic of the truth page."""


def leave_it(decision: AnyDecision | None) -> str:
    """Advice where the run's decision may leave a case to a person; else nothing."""
    if isinstance(decision, Decision) and decision.person is not None:
        return tr("This one is a case for a person.")
    return ""


def not_told(learning: Learning) -> str:
    """Note on a model that does not tell rows unlike its training rows, by how it learned."""
    if isinstance(learning, Estimator):
        return tr("This kind of model does not say whether a row is unlike those it learned from.")
    return tr(
        "This model does not say whether a row is unlike those it learned from: that takes {n} validation rows, and a "
        "model that this version has trained.",
        n=count(FEWEST_ROWS),
    )
