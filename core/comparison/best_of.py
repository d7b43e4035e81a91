"""Best of a list: the interval of a leader's metric, given that it was picked for being the best.

Whoever takes the best of many takes the luckiest: the leader of ten equal models is some four points too high on 200
rows, and its own 95% interval holds the truth in 80 to 88 of 100. The end that luck flatters is held to the maximum of
all that were in the running (simultaneous inference; the "projection" interval of Andrews, Kitagawa and McCloskey,
Inference on Winners, 2024), the other end stays.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from core.arrays import Floats
from core.evaluation.intervals import Z95
from core.evaluation.meanings import MEANINGS
from core.evaluation.records import Interval

DRAWS = 8_000
SEED = 20_262
IN_THE_RUNNING = 3.3
"""Standard errors behind the leader up to which another might as well have led: 1 in 1,000 beyond."""
MOST_UNSEEN = 1_000


def best_of(by_row: Mapping[str, Floats], leader: str, measured: Interval, metric: str, unseen: int = 0) -> Interval:
    """The leader's interval, its flattered end held to the best of all that were in the running.

    `by_row` is each one's headline metric row by row, more being better, and `measured` the leader's interval by the
    metric. `unseen` counts further models that were judged on these rows and are not
    at hand; each counts as an equal rival whose luck is its own. How far rivals' lucks go together is taken from the
    headline metric's rows.
    """
    own = by_row[leader]
    rivals = [own, *(one for name, one in by_row.items() if name != leader and _might_lead(own, one))]
    stretch = max(1.0, _critical(_correlation(np.stack(rivals)), min(unseen, MOST_UNSEEN)) / Z95)
    meaning, value, low, high = MEANINGS[metric], measured.value, measured.low, measured.high
    if meaning.is_best_at_zero and low < 0.0 < high:
        return measured
    if meaning.goodness(high) >= meaning.goodness(low):
        low = value - (value - low) * stretch
    else:
        high = value + (high - value) * stretch
    if meaning.unit == "share":
        low, high = max(low, 0.0), min(high, 1.0)
    return Interval(value=value, low=low, high=high)


def _might_lead(leader: Floats, other: Floats) -> bool:
    behind = leader - other
    return bool(behind.mean() <= IN_THE_RUNNING * behind.std() / np.sqrt(len(behind)))


def _correlation(by_row: Floats) -> Floats:
    """Correlation of the models' errors over rows; 0 where a model makes no error."""
    centred = by_row - by_row.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(centred).sum(axis=1))
    centred /= np.where(lengths > 0, lengths, 1.0)[:, None]
    found: Floats = centred @ centred.T
    np.fill_diagonal(found, 1.0)
    return found


def _critical(correlation: Floats, unseen: int) -> float:
    """The 97.5% quantile of the maximum of standard normals with this correlation, and of `unseen` others."""
    known = len(correlation)
    root = np.linalg.cholesky(correlation + 1e-9 * np.eye(known))
    highest = (root @ _normals(known)).max(axis=0)
    if unseen:
        highest = np.maximum(highest, _others(unseen))
    return float(np.quantile(highest, 0.975))


@lru_cache(maxsize=8)
def _normals(models: int) -> Floats:
    return np.random.default_rng(SEED).standard_normal((models, DRAWS))


@lru_cache(maxsize=8)
def _others(models: int) -> Floats:
    """Maximum of so many independent normals, (draws,)."""
    from scipy.special import ndtri

    found: Floats = ndtri(np.random.default_rng((SEED, 1)).random(DRAWS) ** (1 / models))
    return found
