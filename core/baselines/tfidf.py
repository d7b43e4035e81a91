"""The tuned baseline: TF-IDF with logistic regression, a simple word-counting model that is hard to beat.

It is tuned fairly. It learns from the training rows and from no others, as the model does. Its settings are chosen by
the validation rows where there are enough of them, which also choose for the model, else by stratified
cross-validation over the training rows; it never sees a test row. They are chosen by log loss, which follows accuracy
closely here, varies far less over a few hundred rows, and leaves honest probabilities.
"""

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.special import logsumexp, softmax

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.baselines.majority import majority
from core.baselines.readings import TextFeatures, readings_for
from core.targets import ClassTarget

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion

    from core.data import Part
    from core.preparation import Prepared


ENOUGH_TO_CHOOSE = 200
"""With this many validation rows they choose; with fewer, cross-validation over the training rows does."""
MOST_TO_CHOOSE = 12_000
FOLDS = 5
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
"""Grid of the inverse regularisation strength C (scikit-learn): the higher, the closer the fit."""
FIRST_STRENGTHS = (3.0, 30.0)
"""Each reading is tried with these."""
WORTH_WEIGHING = 0.99
"""Balanced class weights are kept when they bring the loss below this share of what it was."""
PASSES_TO_CHOOSE = 15
PASSES = 40
INVERSE_TEMPERATURES = np.geomspace(0.25, 16.0, 25)
LEAST_SCORE = 1e-6
"""Probability floor of a class that a fold did not teach, alike for every setting."""


@dataclass(frozen=True)
class ClassifierSettings:
    """Hyperparameters that are tuned: the features, C and the class weights."""

    reading: TextFeatures
    strength: float
    balanced: bool = False

    def __str__(self) -> str:
        return f"{self.reading.name}; C={self.strength:g}; classes weighed {'alike' if self.balanced else 'by rows'}"


@dataclass(frozen=True)
class ClassifierTrial:
    """Training and evaluation rows of one fold, to choose hyperparameters by."""

    rows: csr_array
    targets: Integers
    judged: csr_array
    judged_targets: Integers


@dataclass(frozen=True)
class Judged:
    """Log loss after temperature scaling (Guo et al. 2017): the mean at the inverse temperature that makes it least."""

    loss: float
    inverse_temperature: float


@dataclass(frozen=True)
class TunedClassifier:
    """The best hyperparameters, and all that a last fit needs."""

    settings: ClassifierSettings
    judged: Judged
    vectorizer: "FeatureUnion"
    rows: csr_array
    trials: tuple[ClassifierTrial, ...]


def tfidf(
    prepared: "Prepared", seed: int, say: Callable[[str], None] | None = None
) -> tuple[ClassAnswers, ClassAnswers]:
    """The tuned baseline's scores for the test rows, and for the validation rows that thresholds are chosen on.

    The same rows and seed give the same scores. `say` hears what was chosen, in one line. Where the training rows
    have one class only, or texts without a single character to count, it answers as the majority does.
    """
    targets = _codes(prepared.train, _labels(prepared))
    if len(np.unique(targets)) < 2:
        return majority(prepared)
    best = choose(prepared, targets, seed)
    if best is None:
        return majority(prepared)
    model = fit(best.rows, targets, best.settings, passes=PASSES, seed=seed)
    if say is not None:
        say(f"The word-counting model reads {best.settings}.")
    test, choosing = (_scored(model, best, part, _labels(prepared)) for part in (prepared.test, prepared.choosing))
    return test, choosing


def _scored(model: "LogisticRegression", best: TunedClassifier, part: "Part", labels: tuple[str, ...]) -> ClassAnswers:
    scores = np.zeros((len(part), len(labels)), np.float32)
    if len(part):
        logits = _logits(model, best.vectorizer.transform(part.inputs))
        scores[:, model.classes_] = softmax(best.judged.inverse_temperature * logits, axis=1)
    return ClassAnswers(part.row_ids, part.targets, labels, scores)


def choose(prepared: "Prepared", targets: Integers, seed: int) -> TunedClassifier | None:
    """Hyperparameter search: the best settings and what they were judged with; None when no text has a word.

    Coordinate-wise: first the features, then C by hill climbing from there, then the class weights: a dozen fits in
    place of fifty.
    """
    train, classes = prepared.train, len(_labels(prepared))
    best: TunedClassifier | None = None
    for reading in readings_for(train.inputs, classes):
        vectorizer = reading.vectorizer(rows=len(train.inputs), classes=classes)
        try:
            rows = csr_array(vectorizer.fit_transform(train.inputs))
        except ValueError:
            continue
        trials = tuple(_trials(prepared, rows, targets, vectorizer, seed))
        for settings in (ClassifierSettings(reading, strength) for strength in FIRST_STRENGTHS):
            judged = judge(trials, settings, seed)
            if best is None or judged.loss < best.judged.loss:
                best = TunedClassifier(settings, judged, vectorizer, rows, trials)
    return best and _balanced(_climbed(best, seed), seed)


def judge(trials: Sequence[ClassifierTrial], settings: ClassifierSettings, seed: int) -> Judged:
    """Log loss of these settings over all judged rows together; infinite when there is nothing to judge by."""
    if not trials:
        return Judged(math.inf, 1.0)
    owns, alls = [], []
    for trial in trials:
        model = fit(trial.rows, trial.targets, settings, passes=PASSES_TO_CHOOSE, seed=seed)
        logits = _logits(model, trial.judged)
        column = np.searchsorted(model.classes_, trial.judged_targets).clip(max=len(model.classes_) - 1)
        taught = model.classes_[column] == trial.judged_targets
        owns.append(np.where(taught, logits[np.arange(len(logits)), column], -np.inf))
        alls.append(logits)
    losses = [_loss(owns, alls, inverse_temperature) for inverse_temperature in INVERSE_TEMPERATURES]
    best = int(np.argmin(losses))
    return Judged(losses[best], float(INVERSE_TEMPERATURES[best]))


def _logits(model: "LogisticRegression", rows: csr_array) -> Floats:
    """Logits of shape (rows, classes), for two classes too."""
    logits = np.asarray(model.decision_function(rows), np.float64)
    return np.column_stack((np.zeros(len(logits)), logits)) if logits.ndim == 1 else logits


def _loss(owns: Sequence[Floats], alls: Sequence[Floats], inverse_temperature: float) -> float:
    """The mean log loss when every logit is multiplied by `inverse_temperature`."""
    logs = [
        inverse_temperature * own - logsumexp(inverse_temperature * all_, axis=1)
        for own, all_ in zip(owns, alls, strict=True)
    ]
    return float(-np.maximum(np.concatenate(logs), math.log(LEAST_SCORE)).mean())


def fit(
    rows: csr_array, targets: Integers, settings: ClassifierSettings, *, passes: int, seed: int
) -> "LogisticRegression":
    """Multinomial logistic regression by SAGA (Defazio et al. 2014), the fastest of scikit-learn's on sparse rows."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=settings.strength,
        class_weight="balanced" if settings.balanced else None,
        solver="saga",
        max_iter=passes,
        tol=1e-3,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(rows, targets)


def stratified_folds(targets: Integers, folds: int, seed: int) -> Integers:
    """Stratified k-fold: the fold of each row, every class spread evenly over the folds, whatever its size."""
    shuffled = np.random.default_rng(seed).permutation(len(targets))
    by_class = shuffled[np.argsort(targets[shuffled], kind="stable")]
    fold = np.empty(len(targets), np.int64)
    fold[by_class] = np.arange(len(targets)) % folds
    return fold


def _climbed(best: TunedClassifier, seed: int) -> TunedClassifier:
    """Hill climbing over C: to closer fits, else to looser ones, for as long as the loss falls."""
    start = STRENGTHS.index(best.settings.strength)
    for grid in (STRENGTHS[start + 1 :], STRENGTHS[:start][::-1]):
        for strength in grid:
            settings = replace(best.settings, strength=strength)
            judged = judge(best.trials, settings, seed)
            if judged.loss >= best.judged.loss:
                break
            best = replace(best, settings=settings, judged=judged)
        if best.settings.strength != STRENGTHS[start]:
            break
    return best


def _balanced(best: TunedClassifier, seed: int) -> TunedClassifier:
    """The same with balanced class weights, where that clearly pays."""
    settings = replace(best.settings, balanced=True)
    judged = judge(best.trials, settings, seed)
    pays = judged.loss < WORTH_WEIGHING * best.judged.loss
    return replace(best, settings=settings, judged=judged) if pays else best


def _trials(
    prepared: "Prepared", rows: csr_array, targets: Integers, vectorizer: "FeatureUnion", seed: int
) -> Iterator[ClassifierTrial]:
    """Evaluation folds: the validation rows as one; or as many folds as make about a thousand judged rows."""
    validation = prepared.validation
    if len(validation.inputs) >= ENOUGH_TO_CHOOSE:
        some = slice(None, None, max(1, len(validation.inputs) // MOST_TO_CHOOSE))
        judged = csr_array(vectorizer.transform(validation.inputs[some]))
        some_rows = _sample(targets, seed)
        yield ClassifierTrial(rows[some_rows], targets[some_rows], judged, _codes(validation, _labels(prepared))[some])
        return
    chosen = _sample(targets, seed)
    rows, targets = rows[chosen], targets[chosen]
    fold = stratified_folds(targets, FOLDS, seed)
    for number in range(min(FOLDS, math.ceil(1_000 * FOLDS / len(targets)))):
        inside = fold != number
        if len(np.unique(targets[inside])) > 1 and not inside.all():
            yield ClassifierTrial(rows[inside], targets[inside], rows[~inside], targets[~inside])


def _sample(targets: Integers, seed: int) -> Integers:
    """Stratified sample of the rows that choose the settings; all of them unless there are very many."""
    parts = math.ceil(len(targets) / MOST_TO_CHOOSE)
    return np.flatnonzero(stratified_folds(targets, parts, seed) == 0)


def _labels(prepared: "Prepared") -> tuple[str, ...]:
    assert isinstance(prepared.target, ClassTarget)  # noqa: S101  # a baseline of tasks that learn classes
    return prepared.target.labels


def _codes(part: "Part", labels: Sequence[str]) -> Integers:
    """Label encoding: the targets as indices into `labels`."""
    index = {label: i for i, label in enumerate(labels)}
    return np.fromiter(map(index.__getitem__, part.targets), np.int64, len(part.targets))
