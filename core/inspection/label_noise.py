"""Label noise: how many doubted labels are likely wrong, from the joint distribution of given and true labels."""

from collections.abc import Collection

import numpy as np
from scipy.special import ndtr, softmax

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.evaluation.coded import code
from core.evaluation.records import Interval

TEMPERATURES: Floats = np.geomspace(0.1, 8.0, 41)
"""Grid of what the scores' logits are divided by."""
NOISE: Floats = np.concatenate([[0.0], np.geomspace(1e-3, 0.5, 40)])
"""Grid of the share of labels that are wrong."""
PRIOR: Floats = np.gradient(NOISE) * (1 - NOISE) ** 10
"""Weight of each share before a row is seen: 8 of 100 on average, as labels that people gave have 0 to 10."""
POWER = 0.7
"""Exponent of the likelihood, below 1 as no temperature makes scores quite right (Bissiri et al. 2016)."""
PROVEN = 3.84
"""Likelihood ratio, doubled, from which some label is wrong beyond luck."""
LEAST_SCORE = 1e-12
LEAST_WEIGHT = 1e-6


def likely_wrong(predictions: ClassAnswers, doubted: Collection[str]) -> Interval:
    """How many of the doubted rows (by their ids) have a wrong label: posterior mean and 95% credible limits.

    The joint distribution of the given and the true label is a mixture: the true one follows the scores at some
    temperature, the given one is another class with probability `noise`, any of them alike. Both numbers are fitted to
    the given labels of all rows together and averaged over (Natarajan et al. 2013 for the noise, Guo et al. 2017 for
    the temperature); the lower limit is 0 where labels without noise would do as well. A hard text is contradicted in
    proportion to how unsure the model is; a wrong label contradicts a sure model too, and that tells them apart. The
    count of the confident joint does not: it is the doubted rows themselves. Mistakes that are made again and again
    are learnt by the model, and are not counted.
    """
    coded = code(predictions)
    known = np.flatnonzero(coded.targets < coded.known)
    listed = np.flatnonzero([predictions.row_ids[i] in doubted for i in known])
    if not len(listed) or coded.known < 2:
        return Interval(value=0.0, low=0.0, high=0.0)
    likelihood, mean, variance = _grid(coded.scores[known], coded.targets[known], listed)
    weights = np.exp(POWER * (likelihood - likelihood.max())) * PRIOR
    weights /= weights.sum()
    kept = weights > LEAST_WEIGHT
    found = _summary(weights[kept], mean[kept], np.sqrt(variance[kept]), len(listed))
    proven = 2 * (likelihood.max() - likelihood[:, 0].max()) > PROVEN
    return found if proven else Interval(value=found.value, low=0.0, high=found.high)


def _grid(scores: Floats, given: Integers, listed: Integers) -> tuple[Floats, Floats, Floats]:
    """Log likelihood, and mean and variance of the number of wrong labels among `listed`: (temperatures, noise)."""
    logits = np.log(np.clip(scores, LEAST_SCORE, None))
    found = np.empty((3, len(TEMPERATURES), len(NOISE)))
    for i, temperature in enumerate(TEMPERATURES):
        own = softmax(logits / temperature, axis=1)[np.arange(len(given)), given]
        wrong = NOISE[:, None] * (1 - own) / (scores.shape[1] - 1)
        either = np.maximum((1 - NOISE[:, None]) * own + wrong, np.finfo(np.float64).tiny)
        chance = (wrong / either)[:, listed]
        found[:, i] = np.log(either).sum(axis=1), chance.sum(axis=1), (chance * (1 - chance)).sum(axis=1)
    return found[0], found[1], found[2]


def _summary(weights: Floats, mean: Floats, spread: Floats, most: int) -> Interval:
    """Mean and limits of a count whose distribution is a mixture of normal ones, (points of the grid,)."""
    counts = np.arange(most + 1)
    below = weights @ ndtr((counts + 0.5 - mean[:, None]) / np.maximum(spread, 1e-9)[:, None])
    low, high = (int(np.searchsorted(below[:-1], tail)) for tail in (0.025, 0.975))
    value = float(weights @ mean)
    return Interval(value=value, low=min(low, value), high=max(high, value))
