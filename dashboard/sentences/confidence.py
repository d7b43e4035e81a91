"""Confidence, said in a sentence: one number on every page, in files and in the API, and what was done to it."""

from core.config import Head
from dashboard.language.formats import figure
from dashboard.language.words import tr
from storage import Run


def what_sure_means(run: Run) -> str:
    """What a shown probability is: after temperature scaling where that was fitted, else as the model gives it."""
    temperature = run.evaluation.temperature if run.evaluation else None
    if temperature is not None:
        return tr(
            "Confidence: the probability after temperature scaling ({t}), fitted on validation rows; the same number "
            "everywhere.",
            t=figure(temperature, 2),
        )
    if isinstance(run.config.learning, Head):
        return tr(
            "Confidence: the probability after temperature scaling, fitted as it learned; the same number everywhere."
        )
    return tr(
        "Confidence: the probability as the model gives it, no temperature was fitted; the same number everywhere."
    )
