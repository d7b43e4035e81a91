"""Label errors by confident learning (cleanlab): suspects, whose given class the model contradicts."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Integers
from core.errors import DatasetError
from core.evaluation.coded import code
from core.preparation import Prepared
from core.targets import ClassTarget

FOLDS = 5
PASSES = 20


@dataclass(frozen=True)
class Suspect:
    """Possible label error: `given` stands there, `suggested` is what the model says.

    `belief` is the score that the model gives the label that stands there, `sure` that of its own answer.
    """

    row_id: str
    given: str
    suggested: str
    belief: float
    sure: float


def suspects(predictions: ClassAnswers) -> list[Suspect]:
    """Label errors found by confident learning, the least believed label first.

    Northcutt, Jiang and Chuang, Confident Learning, 2021, as cleanlab has it: a label is doubted where the model's
    score for another class is high for that class, in as many rows as the classes' confusions suggest. The scores must
    come from a model that did not learn from these rows. Rows of a class that the model does not know are left out.
    """
    from cleanlab.filter import find_label_issues

    coded = code(predictions)
    known = np.flatnonzero(coded.targets < coded.known)
    targets, scores = coded.targets[known], coded.scores[known]
    if len(np.unique(targets)) < 2:
        return []
    doubted = find_label_issues(targets, scores, return_indices_ranked_by="self_confidence", n_jobs=1)
    return [
        Suspect(
            row_id=predictions.row_ids[known[i]],
            given=coded.labels[targets[i]],
            suggested=coded.labels[coded.answers[known[i]]],
            belief=float(scores[i, targets[i]]),
            sure=float(scores[i].max()),
        )
        for i in doubted
        if coded.answers[known[i]] != targets[i]
    ]


def out_of_fold(prepared: Prepared, seed: int) -> ClassAnswers:
    """Out-of-fold scores of the training rows, which are texts, by TF-IDF; see `cross_validated`."""
    from core.baselines.readings import readings_for

    assert isinstance(prepared.target, ClassTarget)  # noqa: S101  # only classes are doubted
    classes = prepared.target.size
    words = readings_for(prepared.train.inputs, classes)[0].vectorizer(rows=len(prepared.train), classes=classes)
    try:
        rows = words.fit_transform(prepared.train.inputs)
    except ValueError:
        raise DatasetError(
            "No word stands in two of these rows, so counting words says nothing of their labels.",
            "Look at the rows that it was judged on; the model itself doubts those.",
        ) from None
    return cross_validated(prepared, rows, lambda inputs, targets: _fitted(inputs, targets, seed), seed)


def cross_validated(prepared: Prepared, rows: Any, fit: Callable[[Any, Integers], Any], seed: int) -> ClassAnswers:
    """Out-of-fold scores of the training rows: each row judged by a model that did not learn from it.

    `rows` are their features, and `fit` trains a classifier on some of them. Stratified cross-validation with five
    folds. Rows of a class that no other fold has get no score for it.
    """
    from core.baselines.tfidf import stratified_folds

    assert isinstance(prepared.target, ClassTarget)  # noqa: S101  # as above
    targets = prepared.target.encode(prepared.train.targets)
    fold = stratified_folds(targets, FOLDS, seed)
    scores = np.zeros((len(targets), prepared.target.size), np.float32)
    for inside in (fold != number for number in range(FOLDS)):
        if not inside.all() and len(np.unique(targets[inside])) > 1:
            model = fit(rows[inside], targets[inside])
            scores[np.ix_(~inside, model.classes_)] = model.predict_proba(rows[~inside])
    return ClassAnswers(prepared.train.row_ids, prepared.train.targets, prepared.target.labels, scores)


def _fitted(rows: Any, targets: Integers, seed: int) -> Any:
    """Logistic regression by SAGA, stopped early: it then judges test rows better, and in a tenth of the time."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=10.0, solver="saga", max_iter=PASSES, tol=1e-3, random_state=seed)
        return model.fit(rows, targets)
