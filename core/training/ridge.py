"""Ridge regression on frozen embeddings, the linear head for numbers; its alpha is chosen on held-out rows.

Every row is answered as if it had been left out, at the cost of one decomposition for all alphas (the leave-one-out
formula of Allen 1974; Golub, Heath and Wahba 1979). Targets are standardised inside, so that an alpha means the same
for stars and for millions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.arrays import Floats
from core.training.linear import ENOUGH_VALIDATION, Labelled, scale_of

RegressionLoss = Literal["mse", "mae", "huber"]

ALPHAS = tuple(float(alpha) for alpha in np.geomspace(1e-3, 100.0, 21))
"""Regularisation strengths alpha to try, for embeddings about one long and standardised targets."""
HUBER_DELTA = 1.0
"""Huber delta, in standard deviations of the target: larger errors count linearly, no longer squared."""
REWEIGHTINGS = 30
LEAST_ERROR = 1e-3


@dataclass(frozen=True)
class RidgeHead:
    """Linear head: weight (1, width) and bias (1,), float32, for raw embeddings; outputs in the target's own unit.

    `error` is the mean absolute error on rows left out while choosing, in the target's unit.
    """

    weight: np.ndarray
    bias: np.ndarray
    alpha: float
    error: float


def fit_ridge(
    train: Labelled,
    validation: Labelled | None,
    *,
    loss: RegressionLoss = "mse",
    with_bias: bool = True,
    tell: Callable[[float, float], None] = lambda _error, _squared: None,
) -> RidgeHead:
    """Fits a head with the best alpha; targets are float. `tell` hears each alpha's mean absolute and squared error.

    From 500 validation rows on they choose alpha, below it the training rows do, each left out in turn: by the mean
    squared error, or by the mean absolute one where the loss is mae. Huber and mae are then fitted by reweighting
    (Huber 1964; Holland and Welsch 1977).
    """
    scale = scale_of(train.vectors).astype(np.float64)
    middle, spread = _middle_and_spread(train.targets, with_bias)
    vectors, targets = train.vectors * scale, (train.targets - middle) / spread
    solved = _Solved.of(vectors, targets, with_bias)
    judged = None
    if validation is not None and len(validation.targets) >= ENOUGH_VALIDATION:
        judged = Labelled(validation.vectors * scale, (validation.targets - middle) / spread)
    errors = [solved.errors(alpha, judged) * spread for alpha in ALPHAS]
    for one in errors:
        tell(float(np.abs(one).mean()), float(np.square(one).mean()))
    sizes = [float(np.mean(np.abs(one) if loss == "mae" else np.square(one))) for one in errors]
    best = int(np.argmin(sizes)) if len(targets) > 2 or judged else len(ALPHAS) - 1
    weight, bias = solved.head(ALPHAS[best])
    if loss != "mse":
        weight, bias = _robust(vectors, targets, (weight, bias), ALPHAS[best], loss, with_bias)
    weight, bias = weight * scale * spread, bias * spread + middle
    found = float(np.abs(errors[best]).mean())
    return RidgeHead(weight[None].astype(np.float32), np.array([bias], np.float32), ALPHAS[best], found)


def _middle_and_spread(targets: np.ndarray, with_bias: bool) -> tuple[float, float]:
    middle = float(targets.mean()) if with_bias else 0.0
    return middle, float(np.sqrt(np.square(targets - middle).mean())) or 1.0


@dataclass(frozen=True)
class _Solved:
    """Singular value decomposition of the rows, which gives the head of every alpha."""

    centre: Floats
    lean: float
    left: Floats
    sizes: Floats
    right: Floats
    targets: Floats
    with_bias: bool

    @classmethod
    def of(cls, vectors: Floats, targets: Floats, with_bias: bool) -> "_Solved":
        centre = vectors.mean(axis=0) if with_bias else np.zeros(vectors.shape[1])
        left, sizes, right = np.linalg.svd(vectors - centre, full_matrices=False)
        lean = float(targets.mean()) if with_bias else 0.0
        return cls(centre, lean, left, sizes, right, np.asarray(targets, np.float64), with_bias)

    def head(self, alpha: float) -> tuple[Floats, float]:
        """Weights (width,) and bias for this alpha."""
        weight: Floats = self.right.T @ (
            self.sizes / (self.sizes**2 + alpha) * (self.left.T @ (self.targets - self.lean))
        )
        return weight, self.lean - float(self.centre @ weight)

    def errors(self, alpha: float, judged: Labelled | None) -> Floats:
        """Residuals of the judged rows; without any, leave-one-out residuals of its own rows."""
        if judged is not None:
            weight, bias = self.head(alpha)
            found: Floats = np.asarray(judged.vectors @ weight + bias - judged.targets, np.float64)
            return found
        shrunk = self.sizes**2 / (self.sizes**2 + alpha)
        fitted = self.left @ (shrunk * (self.left.T @ (self.targets - self.lean))) + self.lean
        rows = len(self.targets)
        leverage = np.square(self.left) @ shrunk + (1 / rows if self.with_bias else 0.0)
        return (fitted - self.targets) / np.maximum(1 - leverage, 1e-9)


def _robust(
    vectors: Floats, targets: Floats, start: tuple[Floats, float], alpha: float, loss: RegressionLoss, with_bias: bool
) -> tuple[Floats, float]:
    """Iteratively reweighted least squares (IRLS): each row weighs less the further off it is."""
    weight, bias = start
    rows = np.column_stack((vectors, np.ones(len(vectors)))) if with_bias else vectors
    penalty = np.full(rows.shape[1], alpha)
    if with_bias:
        penalty[-1] = 0.0
    for _ in range(REWEIGHTINGS):
        sizes = np.maximum(np.abs(vectors @ weight + bias - targets), LEAST_ERROR)
        weighed = np.minimum(1.0, HUBER_DELTA / sizes) if loss == "huber" else 1 / (2 * sizes)
        found = np.linalg.solve((rows.T * weighed) @ rows + np.diag(penalty), (rows.T * weighed) @ targets)
        moved = float(np.abs(found[: len(weight)] - weight).max(initial=0.0))
        weight, bias = np.asarray(found[: len(weight)], np.float64), float(found[-1]) if with_bias else 0.0
        if moved < 1e-6:
            break
    return weight, bias
