"""Thresholding of scores into answers, under a Decision: a class, or a person (reject option)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.errors import ConfigError
from core.payoff.decision import Decision

PERSON = -1
"""Class index of a rejected case, which goes to a person."""
NOBODY = -2
"""Class index of a case that is left alone and brings nothing."""


def decide(scores: NDArray[np.floating], decision: Decision, labels: Sequence[str]) -> tuple[str | None, ...]:
    """Thresholded answers, None where a person should look. `scores` is (rows, classes), columns as `labels`.

    Raises ConfigError when a class has no price.
    """
    found = places(aligned(scores, labels, decision), decision)
    return tuple(None if place == PERSON else decision.labels[place] for place in found)


def places(scores: Floats, decision: Decision) -> Integers:
    """Class index of each row's answer, PERSON for a person. `scores` stand in the order of the decision's labels."""
    if not len(scores):
        return np.zeros(0, np.int64)
    bars = np.ones(len(decision.labels)) if decision.thresholds is None else np.array(decision.thresholds)
    multiples = scores / bars
    best: Integers = multiples.argmax(axis=1)
    return np.where(multiples.max(axis=1) >= 1.0, best, PERSON) if decision.hands_over else best


def certainty(scores: Floats, decision: Decision) -> Floats:
    """Confidence of each row's answer: the highest score as a multiple of its threshold."""
    bars = np.ones(len(decision.labels)) if decision.thresholds is None else np.array(decision.thresholds)
    found: Floats = (scores / bars).max(axis=1) if len(scores) else np.zeros(0)
    return found


def aligned(scores: NDArray[np.floating], labels: Sequence[str], decision: Decision) -> Floats:
    """Reorders the scores to one column for each of the decision's labels, 0 for those that the model does not know."""
    if tuple(labels) == decision.labels:
        return np.asarray(scores, np.float64)
    found = np.zeros((len(scores), len(decision.labels)))
    found[:, numbers(labels, decision)] = scores
    return found


def targets(predictions: ClassAnswers, decision: Decision) -> Integers:
    """Label-encodes each row's target among the decision's labels. Raises ConfigError when a class has no price."""
    return numbers(predictions.targets, decision)


def with_a_person(true: Integers, decision: Decision) -> Floats | None:
    """Value of each row under human review: the right answer, less its cost. None without human review."""
    return None if decision.person is None else np.diag(decision.matrix)[true] - decision.person


def numbers(labels: Sequence[str], decision: Decision) -> Integers:
    """Label-encodes labels by their index among the decision's. Raises ConfigError when a class has no price."""
    index = {label: i for i, label in enumerate(decision.labels)}
    missing = sorted(set(labels) - index.keys())
    if missing:
        raise ConfigError(
            f"The prices say nothing about the class '{missing[0][:80]}'.", "Give every class a line and a column."
        )
    return np.fromiter(map(index.__getitem__, labels), np.int64, len(labels))
