"""Temperature scaling of confidence, which calibrates it: the answers stay, and are as sure as they are right."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.answers import ClassAnswers
from core.evaluation.coded import Coded, code
from core.evaluation.intervals import Z95
from core.evaluation.records import Interval
from core.evaluation.scores import probability_metrics
from core.evaluation.temperature import FEWEST_ROWS, LEAST_SCORE, temperature_of, with_temperature


@dataclass(frozen=True)
class Scaled:
    """Result of temperature scaling: the answers before and after, and what it changed.

    `temperatures` has one value fitted on the validation rows, or one for each half of the test rows, fitted on the
    other half. Above 1 the model was too sure, below 1 too modest. `metrics` are log_loss, brier and calibration_error
    as (before, after); `gain` is log loss before less after on the same rows, with its 95% interval.
    """

    before: ClassAnswers
    after: ClassAnswers
    temperatures: tuple[float, ...]
    fitted_on: Literal["validation", "halves"]
    fitted_rows: int
    metrics: dict[str, tuple[Interval, Interval]]
    gain: Interval


def scaled(test: ClassAnswers, validation: ClassAnswers | None = None, *, seed: int = 0) -> Scaled:
    """Scales the test rows' predictions by a temperature fitted elsewhere, so that before and after compare fairly.

    On the validation rows where there are at least fifty; else each half of the test rows is scaled by what the other
    half asks for. The answers stay the same.
    """
    if validation is not None and len(validation.targets) >= FEWEST_ROWS and validation.labels == test.labels:
        temperature = temperature_of(validation)
        after = with_temperature(test, temperature)
        return _judged(test, after, (temperature,), "validation", len(validation.targets))
    half = np.random.default_rng(seed).permutation(len(test.targets)) % 2
    scores = np.empty(test.scores.shape, np.float32)
    temperatures = []
    for number in (0, 1):
        temperatures.append(temperature_of(_rows(test, half != number)))
        scores[half == number] = with_temperature(_rows(test, half == number), temperatures[-1]).scores
    after = ClassAnswers(test.row_ids, test.targets, test.labels, scores)
    return _judged(test, after, tuple(temperatures), "halves", len(test.targets))


def _rows(predictions: ClassAnswers, chosen: np.ndarray) -> ClassAnswers:
    places = np.flatnonzero(chosen)
    return ClassAnswers(
        tuple(predictions.row_ids[i] for i in places),
        tuple(predictions.targets[i] for i in places),
        predictions.labels,
        predictions.scores[places],
    )


def _judged(
    before: ClassAnswers,
    after: ClassAnswers,
    temperatures: tuple[float, ...],
    fitted_on: Literal["validation", "halves"],
    rows: int,
) -> Scaled:
    coded, cooled = code(before), code(after)
    after_it = probability_metrics(cooled)
    return Scaled(
        before,
        after,
        temperatures,
        fitted_on,
        rows,
        {name: (one, after_it[name]) for name, one in probability_metrics(coded).items()},
        _gain(coded, cooled),
    )


def _gain(before: Coded, after: Coded) -> Interval:
    """Mean fall of the log loss, with its normal 95% interval; rows of unknown classes gain nothing."""
    places, known = np.arange(before.rows), before.targets < before.known
    own = np.where(known, before.targets, 0)
    first, second = (np.log(np.clip(one.scores[places, own], LEAST_SCORE, 1.0)) for one in (before, after))
    gains = np.where(known, second - first, 0.0)
    mean = float(gains.mean())
    reach = Z95 * float(gains.std(ddof=1)) / np.sqrt(len(gains)) if len(gains) > 1 else 0.0
    return Interval(value=mean, low=mean - reach, high=mean + reach)
