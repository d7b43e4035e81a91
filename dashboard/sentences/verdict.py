"""Verdict on a run: whether fine-tuning was worth it, in one sentence for someone who never saw code."""

from collections.abc import Mapping

from core.answers import Answers
from core.evaluation.records import Evaluation
from dashboard.answers import room
from dashboard.answers.judgement import Judgement


def judge(
    evaluation: Evaluation, model: Answers, baselines: Mapping[str, Answers], *, inputs: str = "text"
) -> Judgement:
    """The judgement of a finished run that reads such `inputs`, against the best of its baselines.

    Raises DatasetError on unequal rows.
    """
    found: Judgement = room(evaluation.kind, "judgement").judge(evaluation, model, baselines, inputs=inputs)
    return found


__all__ = ["Judgement", "judge"]
