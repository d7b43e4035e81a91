"""Summary of a regression for stakeholders: what was learned, and the typical error."""

from core.answers import NumberAnswers
from core.baselines import BASELINES
from core.evaluation.records import Evaluation
from dashboard.answers.number.scale import Scale, scale_of
from dashboard.answers.shown import Shown
from dashboard.language.formats import count, share
from dashboard.language.words import tr
from storage import Run

__all__ = ["after", "before", "labels", "learned", "scale_of"]


def labels(_answers: NumberAnswers) -> tuple[str, ...]:
    """None: a number is one of endlessly many."""
    return ()


def learned(run: Run, evaluation: Evaluation, answers: NumberAnswers, scale: Scale) -> str:
    """From how much it learned, and on how much it was judged."""
    drawn = run.config.rows_per_class
    taught = (
        tr("It learned from at most {n} labelled rows", n=count(drawn))
        if drawn
        else tr("It learned from all training rows")
    )
    return tr(
        "{learned}, and was judged on {rows} rows that it had never seen, whose true numbers lie between {low} and "
        "{high}.",
        learned=taught,
        rows=count(evaluation.rows),
        low=scale.bare(float(answers.targets.min())),
        high=scale(float(answers.targets.max())),
    )


def before(who: str, evaluation: Evaluation, scale: Scale) -> Shown:
    """How far off a baseline is."""
    title, meaning = (BASELINES[who].title, BASELINES[who].meaning) if who in BASELINES else (who, "")
    return Shown(
        name=tr("{who}: off by", who=tr(title)),
        value=scale(evaluation.baselines[who]["mae"].value),
        meaning=tr(meaning) if meaning else "",
    )


def after(evaluation: Evaluation, scale: Scale) -> Shown:
    """How far off the model is, and the coverage of its prediction intervals."""
    measured = evaluation.metrics["mae"]
    meaning = tr(
        "So far from the truth an answer is on average, whether too high or too low. The true value, over "
        "all rows of the kind, lies within {span}, 95 times of 100.",
        span=scale.span(measured.low, measured.high),
    )
    if held := evaluation.coverage:
        coverage = tr(
            "Each answer comes with a prediction interval for 90 of 100 cases; on these rows {share} of the true "
            "numbers lay in it.",
            share=share(held.value),
        )
        meaning = f"{meaning} {coverage}"
    return Shown(name=tr("This model: off by"), value=scale(measured.value), meaning=meaning)
