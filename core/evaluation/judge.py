"""The evaluation of a run: every metric of the model, and of each baseline on the same rows."""

from collections.abc import Mapping

from core.answers import ClassAnswers
from core.evaluation.coded import Coded, code
from core.evaluation.counts import class_qualities, count_metrics
from core.evaluation.meanings import METRICS
from core.evaluation.scores import score_metrics
from core.results import Evaluation, Interval

SEED = 20_260
"""Intervals are drawn with this seed, so that the same predictions always give the same interval."""


def evaluate(
    model: ClassAnswers, baselines: Mapping[str, ClassAnswers], seconds: Mapping[str, float] | None = None
) -> Evaluation:
    """The model's quality on its held-out rows, with 95% intervals, and the baselines' beside it.

    `seconds` says how long each stage took. Raises DatasetError when there are no rows, ModelError when scores are
    not numbers.
    """
    coded = code(model)
    return Evaluation(
        rows=coded.rows,
        metrics=_metrics(coded),
        per_class=class_qualities(coded),
        baselines={name: _metrics(code(predictions)) for name, predictions in baselines.items()},
        seconds=dict(seconds or {}),
    )


def _metrics(coded: Coded) -> dict[str, Interval]:
    found = count_metrics(coded, SEED) | score_metrics(coded)
    return {name: found[name] for name in METRICS if name in found}
