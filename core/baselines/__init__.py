"""Baselines: simple models that answer the same rows, so that a model is judged beside something honest."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.answers import Answers, ClassAnswers
from core.baselines.majority import majority
from core.baselines.mean import mean
from core.baselines.number_rows import number_parts
from core.baselines.pictures import GRADIENTS, RAW_PIXELS, linear
from core.baselines.tables import BOOSTED, LINEAR, estimated
from core.baselines.tfidf import tfidf
from core.baselines.tfidf_ridge import tfidf_ridge
from core.callbacks import Say
from core.inputs.picture import shelf

if TYPE_CHECKING:
    from core.preparation import Prepared


@dataclass(frozen=True)
class Baseline:
    """A baseline model: its title, its name within a sentence, its meaning, and the function that predicts.

    `answer` takes the prepared rows, a seed, and a callback that hears in one line what was chosen. It gives
    the answers to the test rows, and to the validation rows where it learned from none of them.
    """

    name: str
    title: str
    spoken: str
    meaning: str
    answer: Callable[["Prepared", int, Say], tuple[Answers, Answers | None]]


def _kept(found: tuple[ClassAnswers, ClassAnswers]) -> tuple[Answers, Answers | None]:
    test, choosing = found
    return test, choosing if choosing.targets else None


BASELINES: dict[str, Baseline] = {
    one.name: one
    for one in (
        Baseline(
            "tfidf",
            "TF-IDF baseline",
            "the TF-IDF baseline",
            "A simple method that counts words (TF-IDF) and needs no pretrained model, on the same rows.",
            lambda prepared, seed, say: _kept(tfidf(prepared, seed, say)),
        ),
        Baseline(
            "majority",
            "Majority-class baseline",
            "the majority-class baseline",
            "What giving every row the commonest class would reach: nothing was learned.",
            lambda prepared, _seed, _say: _kept(majority(prepared)),
        ),
        Baseline(
            "pixels",
            "Raw-pixel baseline",
            "the raw-pixel baseline",
            "A simple method that compares the pixels of small copies of the pictures, on the same rows.",
            lambda prepared, seed, say: _kept(linear(RAW_PIXELS, prepared, shelf.read, seed, say)),
        ),
        Baseline(
            "gradients",
            "Gradient-feature baseline",
            "the gradient-feature baseline",
            "A simple method that counts which way edges run and takes mean colours, place by place in small copies of "
            "the pictures, on the same rows.",
            lambda prepared, seed, say: _kept(linear(GRADIENTS, prepared, shelf.read, seed, say)),
        ),
        Baseline(
            "tfidf_ridge",
            "TF-IDF baseline",
            "the TF-IDF baseline",
            "A simple method that counts words (TF-IDF) and needs no pretrained model, on the same rows.",
            lambda prepared, seed, say: tfidf_ridge(number_parts(prepared), seed, say).both,
        ),
        Baseline(
            "logistic",
            "Logistic-regression baseline",
            "the logistic-regression baseline",
            "A weighted sum of the columns for each class, on the same rows.",
            partial(estimated, LINEAR),
        ),
        Baseline(
            "ridge",
            "Ridge-regression baseline",
            "the ridge-regression baseline",
            "A weighted sum of the columns, on the same rows.",
            partial(estimated, LINEAR),
        ),
        Baseline(
            "boosted",
            "Boosted-trees baseline",
            "the boosted-trees baseline",
            "Trees that mend one another's errors, with usual settings, on the same rows.",
            partial(estimated, BOOSTED),
        ),
        Baseline(
            "mean",
            "Mean baseline",
            "the mean baseline",
            "What answering every row with the mean of the training rows would reach: nothing was learned.",
            lambda prepared, _seed, _say: mean(number_parts(prepared)).both,
        ),
    )
}
"""Every baseline by its name; a task says which of them stand beside its models."""

__all__ = ["BASELINES", "Baseline"]
