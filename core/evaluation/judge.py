"""The evaluation of a run: every metric of the model, and of each baseline on the same rows."""

from collections.abc import Mapping
from typing import Any

from core.answers import Answers
from core.evaluation.number import NumberYardstick
from core.evaluation.one_class import ClassYardstick
from core.evaluation.records import REVISION, Evaluation
from core.evaluation.yardstick import Yardstick

YARDSTICKS: dict[str, Yardstick[Any]] = {one.kind: one for one in (ClassYardstick(), NumberYardstick())}
"""Registry of the yardsticks by the kind of the answers."""


def evaluate(
    model: Answers,
    baselines: Mapping[str, Answers],
    seconds: Mapping[str, float] | None = None,
    *,
    left_out: int = 0,
) -> Evaluation:
    """Evaluates the model on its test rows, with 95% intervals, and the baselines beside it.

    `seconds` says how long each stage took; `left_out` counts rows that must not judge. Raises DatasetError when there
    are no rows, ModelError when answers are not numbers.
    """
    yardstick = YARDSTICKS[model.kind]
    return Evaluation(
        kind=yardstick.kind,
        headline=yardstick.headline,
        revision=REVISION,
        rows=len(model.row_ids),
        left_out=left_out,
        metrics=yardstick.measure(model),
        baselines={name: yardstick.measure(answers) for name, answers in baselines.items()},
        seconds=dict(seconds or {}),
        **yardstick.details(model),
    )


def remeasured(old: Evaluation, model: Answers, baselines: Mapping[str, Answers]) -> Evaluation:
    """The evaluation of an earlier version with today's intervals; its figures and whatever else it says stay.

    Raises as `evaluate` does.
    """
    new = evaluate(model, baselines)
    fresh = {name: getattr(new, name) for name in ("revision", "metrics", "baselines", "per_class", "coverage")}
    return old.model_copy(update={**fresh, "remeasured": True})
