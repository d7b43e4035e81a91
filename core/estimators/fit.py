"""Fit of an estimator to prepared rows of a table: what is left open is chosen on validation rows, or on folds."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.answers import Answers, ClassAnswers, NumberAnswers
from core.arrays import Integers
from core.callbacks import Say, Watch
from core.config import Boosted, Estimator, Linear, ReadsTable
from core.config.tasks import CellKind, TaskSettings
from core.data.splits.parts import Part
from core.estimators.pipelines import most_trees, pipeline
from core.inputs.table.features import features
from core.targets import ClassTarget, Target

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from core.preparation import Prepared

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Grid of regularisation strengths."""
ENOUGH_TO_CHOOSE = 100
"""Validation rows from which these choose; with fewer, folds of the training rows do."""
FOLDS = 5
PATIENCE = 20
"""So many trees without improvement end the search for their number."""
AT_ONCE = 4_096
"""Rows of a prediction, after which it says how far it is."""


@dataclass(frozen=True)
class FittedEstimator:
    """Fitted pipeline with the columns it reads, and what was chosen for it."""

    pipeline: "Pipeline"
    columns: dict[str, CellKind]
    learning: Estimator

    def answer(self, part: Part, target: Target, watch: Watch = lambda _done, _total: None) -> Answers:
        """Predictions for the rows of a part."""
        found = self.outputs(part.inputs, target, watch)
        if isinstance(target, ClassTarget):
            return ClassAnswers(part.row_ids, part.targets, target.labels, found.astype(np.float32))
        targets = np.array([float(cell) if cell else 0.0 for cell in part.targets], np.float64)
        return NumberAnswers(part.row_ids, targets, found[:, 0])

    def outputs(
        self, inputs: Sequence[str], target: Target, watch: Watch = lambda _done, _total: None
    ) -> NDArray[np.float64]:
        """Probabilities of the target's classes, or numbers, (rows, outputs)."""
        found = np.zeros((len(inputs), target.size))
        columns = self.pipeline.classes_.astype(int) if isinstance(target, ClassTarget) else slice(None)
        for at in _watched(len(inputs), watch):
            block = inputs[at : at + AT_ONCE]
            found[at : at + len(block), columns] = self._predicted(block).reshape(len(block), -1)
        return found

    def _predicted(self, cells: Sequence[str]) -> np.ndarray:
        table = features(cells, self.columns)
        known = getattr(self.pipeline[-1], "predict_proba", None) is not None
        found: np.ndarray = self.pipeline.predict_proba(table) if known else self.pipeline.predict(table)
        return found


def _watched(rows: int, watch: Watch) -> Iterator[int]:
    for at in range(0, rows, AT_ONCE):
        yield at
        watch(min(at + AT_ONCE, rows), rows)


@dataclass(frozen=True)
class Trial:
    """Rows to learn from and rows to judge by, with their targets."""

    rows: pd.DataFrame
    targets: np.ndarray
    judged: pd.DataFrame
    judged_targets: np.ndarray


def fit(
    prepared: "Prepared",
    learning: Estimator,
    seed: int,
    say: Say | None = None,
    watch: Watch = lambda _done, _total: None,
) -> FittedEstimator:
    """Fits the estimator to the training rows. `say` hears what was chosen, in one line."""
    settings = prepared.settings
    assert isinstance(settings, ReadsTable)  # noqa: S101  # its task says that it reads tables
    build = partial(_built, settings, is_number=_is_number(prepared), seed=seed)
    train = _table(prepared.train, settings)
    targets = targets_of(prepared, prepared.train)
    chosen = learning
    if isinstance(learning, Linear) and learning.strength is None:
        chosen, why = _strength(build, learning, list(_trials(prepared, train, targets, seed)), watch)
    elif isinstance(learning, Boosted) and learning.trees is None:
        chosen, why = _trees(build, learning, list(_trials(prepared, train, targets, seed)), watch)
    else:
        why = ""
    model = build(chosen)
    with quiet():
        model.fit(train, targets)
    if hasattr(model[-1], "n_jobs"):
        model[-1].set_params(n_jobs=None)
    if say and why:
        say(why)
    return FittedEstimator(model, dict(settings.columns), chosen)


def _built(settings: TaskSettings, learning: Estimator, *, is_number: bool, seed: int) -> "Pipeline":
    assert isinstance(settings, ReadsTable)  # noqa: S101  # as above
    return pipeline(
        learning,
        settings.columns,
        is_number=is_number,
        seed=seed,
        loss=str(getattr(settings, "loss", "mse")),
        balanced=bool(getattr(settings, "class_weights", False)),
    )


def _is_number(prepared: "Prepared") -> bool:
    return not isinstance(prepared.target, ClassTarget)


def _table(part: Part, settings: ReadsTable) -> pd.DataFrame:
    return features(part.inputs, settings.columns)


def targets_of(prepared: "Prepared", part: Part) -> np.ndarray:
    """Codes of classes, or numbers in their own unit."""
    if isinstance(prepared.target, ClassTarget):
        return np.asarray(prepared.target.encode(part.targets))
    return np.array(part.targets, np.float64)


def _trials(prepared: "Prepared", train: pd.DataFrame, targets: np.ndarray, seed: int) -> Iterator[Trial]:
    """Validation rows as the one trial, where there are enough; else folds of the training rows."""
    validation = prepared.validation
    if len(validation) >= ENOUGH_TO_CHOOSE:
        assert isinstance(prepared.settings, ReadsTable)  # noqa: S101  # as above
        yield Trial(train, targets, _table(validation, prepared.settings), targets_of(prepared, validation))
        return
    fold = _folds(targets, seed, is_number=_is_number(prepared))
    for number in range(FOLDS):
        inside = fold != number
        if inside.any() and not inside.all() and len(np.unique(targets[inside])) > 1:
            yield Trial(train[inside], targets[inside], train[~inside], targets[~inside])


def _folds(targets: np.ndarray, seed: int, *, is_number: bool) -> Integers:
    from core.baselines.tfidf import stratified_folds

    order: Integers = np.argsort(np.argsort(targets)) // FOLDS if is_number else targets.astype(np.int64)
    return stratified_folds(order, FOLDS, seed)


def _strength(
    build: Callable[[Estimator], "Pipeline"], learning: Linear, trials: list[Trial], watch: Watch
) -> tuple[Linear, str]:
    losses = []
    for place, strength in enumerate(STRENGTHS if trials else ()):
        watch(place, len(STRENGTHS))
        with quiet():
            each = [_loss(build(_with(learning, strength=strength)), trial) for trial in trials]
        losses.append(float(np.average(each, weights=[len(trial.judged) for trial in trials])))
    if not losses:
        return _with(learning, strength=1.0), ""
    best = int(np.argmin(losses))
    strength, loss = STRENGTHS[best], losses[best]
    return (
        _with(learning, strength=strength),
        f"The linear model has the regularisation strength {strength:g}, loss {loss:.4g} where it was chosen.",
    )


def _loss(model: "Pipeline", trial: Trial) -> float:
    """Log loss of classes, mean absolute error of numbers, on the judged rows."""
    model.fit(trial.rows, trial.targets)
    if hasattr(model[-1], "predict_proba"):
        scores, codes = model.predict_proba(trial.judged), model.classes_
        places = np.searchsorted(codes, trial.judged_targets).clip(max=len(codes) - 1)
        known = codes[places] == trial.judged_targets
        own = np.where(known, scores[np.arange(len(scores)), places], 0.0)
        return float(-np.log(np.clip(own, 1e-6, None)).mean())
    return float(np.abs(model.predict(trial.judged) - trial.judged_targets).mean())


def _trees(
    build: Callable[[Estimator], "Pipeline"], learning: Boosted, trials: list[Trial], watch: Watch
) -> tuple[Boosted, str]:
    """Number of trees by early stopping, at the middle of the trials."""
    found = []
    for place, trial in enumerate(trials):
        watch(place, len(trials))
        with quiet():
            found.append(_stopped(build(learning), trial))
    number = max(1, int(np.median(found))) if found else min(100, most_trees(learning))
    return _with(learning, trees=number), f"{number:,} boosted trees are added up, which is best where it was chosen."


def _stopped(model: "Pipeline", trial: Trial) -> int:
    """Trees after which the loss on the judged rows is least."""
    prepared, boosted = model[0], model[-1]
    boosted.set_params(early_stopping=True, n_iter_no_change=PATIENCE, tol=1e-7)
    known = np.isin(trial.judged_targets, trial.targets) if hasattr(boosted, "predict_proba") else slice(None)
    if isinstance(known, np.ndarray) and not known.any():
        return 100
    boosted.fit(
        prepared.fit_transform(trial.rows),
        trial.targets,
        X_val=prepared.transform(trial.judged[known]),
        y_val=trial.judged_targets[known],
    )
    return int(np.argmax(boosted.validation_score_))


def _with(learning: Any, **more: Any) -> Any:
    return learning.model_copy(update=more)


class quiet(warnings.catch_warnings):  # noqa: N801  # a context manager, read as a verb
    """Context without scikit-learn's warnings of convergence and of classes it has not seen."""

    def __enter__(self) -> None:
        """Enters it."""
        super().__enter__()
        warnings.simplefilter("ignore")
