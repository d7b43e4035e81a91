"""Summary of a classification for stakeholders: what was learned, and the accuracy."""

from core.answers import ClassAnswers
from core.baselines import BASELINES
from core.evaluation.records import Evaluation
from dashboard.answers.number.scale import Scale
from dashboard.answers.shown import Shown
from dashboard.language.formats import count, share
from dashboard.language.words import tr
from storage import Run, Store


def scale_of(_store: Store, _run: Run) -> Scale:
    """None that matters: classes are no numbers."""
    return Scale()


def labels(answers: ClassAnswers) -> tuple[str, ...]:
    """The classes."""
    return answers.labels


def learned(run: Run, evaluation: Evaluation, answers: ClassAnswers, _scale: Scale) -> str:
    """From how much it learned, and on how much it was judged."""
    drawn = run.config.rows_per_class
    taught = (
        tr("It learned from at most {n} labelled rows of each class", n=count(drawn))
        if drawn
        else tr("It learned from all training rows")
    )
    return tr(
        "{learned}, in {classes} classes, and was judged on {rows} rows that it had never seen.",
        learned=taught,
        classes=count(len(answers.labels)),
        rows=count(evaluation.rows),
    )


def before(who: str, evaluation: Evaluation, _scale: Scale) -> Shown:
    """What a baseline reached."""
    measured = evaluation.baselines[who]["accuracy"]
    return Shown(name=tr(BASELINES[who].title), value=share(measured.value), meaning=_meaning(who))


def _meaning(who: str) -> str:
    if who == "majority":
        return tr("What giving every row the commonest class would reach: nothing was learned.")
    return tr(BASELINES[who].meaning)


def after(evaluation: Evaluation, _scale: Scale) -> Shown:
    """What the model reached."""
    measured = evaluation.metrics["accuracy"]
    return Shown(
        name=tr("This model"),
        value=share(measured.value),
        meaning=tr(
            "So many test rows got the right class. The true share, over all rows of the kind, lies between {low} "
            "and {high}, 95 times of 100.",
            low=share(measured.low),
            high=share(measured.high),
        ),
    )
