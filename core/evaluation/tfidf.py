"""The tuned baseline: TF-IDF with logistic regression, tuned on the training rows that the model learns from."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from core.evaluation.majority import majority
from core.results import Predictions

if TYPE_CHECKING:
    from core.data import Prepared

FOLDS = 5
STRENGTHS = (1.0, 10.0, 100.0)


def tfidf(prepared: "Prepared", seed: int, say: Callable[[str], None] | None = None) -> Predictions:
    """The tuned baseline's answers for the test rows."""
    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", dtype=np.float32)
    try:
        rows = vectorizer.fit_transform(prepared.train.texts)
    except ValueError:
        return majority(prepared)
    targets = np.searchsorted(prepared.labels, prepared.train.targets)
    if len(np.unique(targets)) < 2:
        return majority(prepared)
    strength = max(STRENGTHS, key=lambda c: _cross_validated(rows, targets, c, seed))
    model = LogisticRegression(C=strength, max_iter=200, tol=1e-3).fit(rows, targets)
    scores = np.zeros((len(prepared.test.texts), len(prepared.labels)), np.float32)
    scores[:, model.classes_] = model.predict_proba(vectorizer.transform(prepared.test.texts))
    if say:
        say(f"TF-IDF with logistic regression, C={strength:g}.")
    return Predictions(prepared.test.row_ids, prepared.test.targets, prepared.labels, scores)


def _cross_validated(rows: csr_array, targets: NDArray[np.int64], strength: float, seed: int) -> float:
    folds = stratified_folds(targets, FOLDS, seed)
    right = 0
    for fold in range(FOLDS if len(targets) < 2_000 else 1):
        inside = folds != fold
        if len(np.unique(targets[inside])) < 2 or inside.all():
            continue
        model = LogisticRegression(C=strength, max_iter=100, tol=1e-2).fit(rows[inside], targets[inside])
        right += int((model.predict(rows[~inside]) == targets[~inside]).sum())
    return right / len(targets)


def stratified_folds(targets: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each row: every class spread evenly over the folds, whatever its size."""
    shuffled = np.random.default_rng(seed).permutation(len(targets))
    by_class = shuffled[np.argsort(targets[shuffled], kind="stable")]
    fold = np.empty(len(targets), np.int64)
    fold[by_class] = np.arange(len(targets)) % folds
    return fold
