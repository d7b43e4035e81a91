"""The tuned baseline for numbers: TF-IDF with ridge regression, a simple word-counting model.

It is tuned as fairly as the one for classes: it learns from the training rows and from no others; its features and its
regularisation strength alpha are chosen by the validation rows where there are enough of them, else by
cross-validation over the training rows. They are chosen by the mean absolute error, the headline of numbers. It never
sees a test row.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.arrays import Floats
from core.baselines.mean import mean
from core.baselines.number_rows import BaselineAnswers, NumberParts, NumberRows
from core.baselines.readings import TextFeatures, readings_for

if TYPE_CHECKING:
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import FeatureUnion

ENOUGH_TO_CHOOSE = 200
"""With this many validation rows they choose; with fewer, cross-validation over the training rows does."""
MOST_TO_CHOOSE = 12_000
FOLDS = 5
ALPHAS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Grid of the regularisation strength alpha (scikit-learn): the lower, the closer the fit."""
FIRST_ALPHAS = (0.3, 3.0)
"""Each reading is tried with these."""


@dataclass(frozen=True)
class RidgeSettings:
    """Hyperparameters that are tuned: the features and alpha."""

    reading: TextFeatures
    alpha: float

    def __str__(self) -> str:
        return f"{self.reading.name}; alpha={self.alpha:g}"


@dataclass(frozen=True)
class RidgeTrial:
    """Training and evaluation rows of one fold, to choose hyperparameters by."""

    rows: csr_array
    targets: Floats
    judged: csr_array
    judged_targets: Floats


@dataclass(frozen=True)
class TunedRidge:
    """The best hyperparameters, their mean absolute error, and all that a last fit needs."""

    settings: RidgeSettings
    error: float
    vectorizer: "FeatureUnion"
    rows: csr_array
    trials: tuple[RidgeTrial, ...]


def tfidf_ridge(parts: NumberParts, seed: int, say: Callable[[str], None] | None = None) -> BaselineAnswers:
    """The tuned baseline's predictions. `say` hears what was chosen, in one line.

    The same rows and seed give the same answers. Where the training targets are all alike, or texts have not a single
    character to count, it answers as the mean does.
    """
    train = parts.train
    best = choose(parts, seed) if len(train) > 1 and np.ptp(train.targets) > 0 else None
    if best is None:
        return mean(parts)
    model = fit(best.rows, train.targets, best.settings.alpha)
    if say is not None:
        say(f"The word-counting model reads {best.settings}.")
    answered = [rows.answered(_values(model, best.vectorizer, rows)) for rows in (parts.validation, parts.test)]
    return BaselineAnswers(*answered)


def choose(parts: NumberParts, seed: int) -> TunedRidge | None:
    """Hyperparameter search: the best settings and what they were judged with; None when no text has a word.

    First the features are chosen, then alpha by hill climbing from there.
    """
    best: TunedRidge | None = None
    for reading in readings_for(parts.train.texts, 1):
        vectorizer = reading.vectorizer(rows=len(parts.train), classes=1)
        try:
            rows = csr_array(vectorizer.fit_transform(parts.train.texts))
        except ValueError:
            continue
        trials = tuple(_trials(parts, rows, vectorizer, seed))
        for alpha in FIRST_ALPHAS:
            error = judge(trials, alpha)
            if best is None or error < best.error:
                best = TunedRidge(RidgeSettings(reading, alpha), error, vectorizer, rows, trials)
    return best and _climbed(best)


def judge(trials: Sequence[RidgeTrial], alpha: float) -> float:
    """The mean absolute error over all judged rows; infinite when there is nothing to judge by."""
    if not trials:
        return math.inf
    errors = [fit(one.rows, one.targets, alpha).predict(one.judged) - one.judged_targets for one in trials]
    return float(np.abs(np.concatenate(errors)).mean())


def fit(rows: csr_array, targets: Floats, alpha: float) -> "Ridge":
    """Ridge regression on sparse rows, by conjugate gradients; its intercept is not penalised."""
    from sklearn.linear_model import Ridge

    scale = float(targets.std()) or 1.0
    model = Ridge(alpha=alpha, solver="sparse_cg", tol=1e-4, max_iter=500).fit(rows, targets / scale)
    model.coef_, model.intercept_ = model.coef_ * scale, model.intercept_ * scale
    return model


def _climbed(best: TunedRidge) -> TunedRidge:
    """Hill climbing over alpha: to looser fits, else to closer ones, for as long as the error falls."""
    start = ALPHAS.index(best.settings.alpha)
    for grid in (ALPHAS[start + 1 :], ALPHAS[:start][::-1]):
        for alpha in grid:
            error = judge(best.trials, alpha)
            if error >= best.error:
                break
            best = replace(best, settings=replace(best.settings, alpha=alpha), error=error)
        if best.settings.alpha != ALPHAS[start]:
            break
    return best


def _values(model: "Ridge", vectorizer: "FeatureUnion", rows: NumberRows) -> Floats:
    if not len(rows):
        return np.zeros(0)
    found: Floats = np.asarray(model.predict(csr_array(vectorizer.transform(rows.texts))), np.float64)
    return found


def _trials(parts: NumberParts, rows: csr_array, vectorizer: "FeatureUnion", seed: int) -> Iterator[RidgeTrial]:
    """Evaluation folds: the validation rows as one; or as many folds as make about a thousand judged rows."""
    validation, targets = parts.validation, parts.train.targets
    some = _sample(len(targets), seed)
    rows, targets = rows[some], targets[some]
    if len(validation) >= ENOUGH_TO_CHOOSE:
        judged = slice(None, None, max(1, len(validation) // MOST_TO_CHOOSE))
        texts = csr_array(vectorizer.transform(validation.texts[judged]))
        yield RidgeTrial(rows, targets, texts, validation.targets[judged])
        return
    fold = np.random.default_rng(seed).permutation(len(targets)) % FOLDS
    for number in range(min(FOLDS, len(targets), math.ceil(1_000 * FOLDS / len(targets)))):
        inside = fold != number
        yield RidgeTrial(rows[inside], targets[inside], rows[~inside], targets[~inside])


def _sample(rows: int, seed: int) -> NDArray[np.int64]:
    """Random sample of the rows that choose the settings; all of them unless there are very many."""
    drawn = np.random.default_rng(seed).permutation(rows)[:MOST_TO_CHOOSE]
    return np.sort(drawn)
