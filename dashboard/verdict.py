"""Was fine-tuning worth it? One sentence from the held-out rows, for someone who never saw code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.results import Evaluation, Interval, Predictions
from dashboard.formats import count, share
from dashboard.words import tr, word

BASELINES = {
    "tfidf": word("Word counting"),
    "majority": word("Always the commonest class"),
}
"""The simple ways that stand beside every model, and what each is called."""

Worth = Literal["better", "unclear", "worse"]


@dataclass(frozen=True)
class Verdict:
    """The sentence, and how the model stands to the best simple way."""

    worth: Worth
    sentence: str


def difference(model: Predictions, other: Predictions) -> Interval:
    """How much more of the same rows `model` gets right than `other`, with its 95% interval.

    The rows are paired, so the interval is that of the mean of the rows' differences (normal approximation; Agresti
    and Min, 2005, find it close for the hundreds of rows that are usual here).
    """
    right = np.array(model.answers) == np.array(model.targets)
    other_right = dict(zip(other.row_ids, np.array(other.answers) == np.array(other.targets), strict=True))
    paired = right.astype(float) - np.array([other_right[row] for row in model.row_ids], dtype=float)
    spread = 1.96 * float(paired.std(ddof=1)) / np.sqrt(len(paired)) if len(paired) > 1 else 1.0
    middle = float(paired.mean())
    return Interval(value=middle, low=max(-1.0, middle - spread), high=min(1.0, middle + spread))


def judge(evaluation: Evaluation, model: Predictions, baselines: Mapping[str, Predictions]) -> Verdict:
    """The verdict on a finished run, against the best of its baselines."""
    accuracy = evaluation.metrics["accuracy"]
    head = tr(
        "It gets **{share}** of {rows} held-out texts right.", share=share(accuracy.value), rows=count(evaluation.rows)
    )
    if not baselines:
        return Verdict("unclear", head)
    best = max(baselines, key=lambda name: evaluation.baselines[name]["accuracy"].value)
    gained = difference(model, baselines[best])
    name = tr(BASELINES.get(best, best)).lower()
    theirs = share(evaluation.baselines[best]["accuracy"].value)
    points = {"more": f"{abs(gained.value) * 100:.1f}", "low": _points(gained.low), "high": _points(gained.high)}
    if gained.low > 0:
        tail = tr(
            "The best simple way, {name}, gets {theirs}. That is **{more} points better** ({low} to {high}): "
            "more than luck explains.",
            name=name,
            theirs=theirs,
            **points,
        )
        return Verdict("better", f"{head} {tail}")
    if gained.high < 0:
        tail = tr(
            "But the best simple way, {name}, gets {theirs}: **{more} points more** ({low} to {high}). "
            "On these rows, use the simple way.",
            name=name,
            theirs=theirs,
            more=points["more"],
            low=_points(-gained.high),
            high=_points(-gained.low),
        )
        return Verdict("worse", f"{head} {tail}")
    tail = tr(
        "The best simple way, {name}, gets {theirs}. **These rows cannot tell the two apart** "
        "(difference {low} to {high} points), so the simple way may do as well.",
        name=name,
        theirs=theirs,
        low=points["low"],
        high=points["high"],
    )
    return Verdict("unclear", f"{head} {tail}")


def _points(value: float) -> str:
    return f"{value * 100:.1f}".replace("-", "\u2212")
