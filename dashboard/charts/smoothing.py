"""Moving average that smooths lines for the eye. Whatever is ranked or quoted is read from the raw values."""

import numpy as np


def smoothed(values: np.ndarray, reach: int) -> np.ndarray:
    """Centred moving average over up to `reach` neighbours on either side, fewer towards the ends; shape as given.

    The first and the last value stay as they were measured, so that lines end in the order in which the runs did. A
    value that is not a number counts as none, and stays one.
    """
    is_number = np.isfinite(values)
    sums = np.concatenate(([0.0], np.cumsum(np.where(is_number, values, 0.0))))
    numbers = np.concatenate(([0], np.cumsum(is_number)))
    places = np.arange(len(values))
    reach_here = np.minimum(reach, np.minimum(places, len(values) - 1 - places))
    low, high = places - reach_here, places + reach_here + 1
    means = (sums[high] - sums[low]) / np.maximum(numbers[high] - numbers[low], 1)
    return np.where(is_number & (reach_here > 0), means, values)
