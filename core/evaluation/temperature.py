"""Temperature scaling: one number that logits are divided by, so that probabilities can be believed."""

import math

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from core.arrays import Floats


def fit_temperature(
    logits: Floats, wanted: Floats, *, between: tuple[float, float], tolerance: float = 1e-5
) -> tuple[float, float]:
    """The temperature at which the cross-entropy is least (Guo et al. 2017), and that cross-entropy, a mean over rows.

    Both arrays are (rows, classes); the rows of `wanted` are distributions, which sum to 1. The ends of `between` are
    temperatures, `tolerance` is in their logarithm.
    """

    def loss(log_temperature: float) -> float:
        return float(-(wanted * log_softmax(logits / np.exp(log_temperature), axis=1)).sum(axis=1).mean())

    bounds = (math.log(between[0]), math.log(between[1]))
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": tolerance})
    return float(np.exp(found.x)), float(found.fun)
