"""Verdict on a run: whether fine-tuning was worth it, in one sentence for someone who never saw code."""

from collections.abc import Mapping

from core.answers import Answers
from core.comparison import ASKED_ONCE, Asked
from core.comparison.contest import MARGIN
from core.evaluation.records import Evaluation
from dashboard.answers import room
from dashboard.answers.judgement import Judgement


def judge(
    evaluation: Evaluation,
    model: Answers,
    baselines: Mapping[str, Answers],
    *,
    inputs: str = "text",
    asked: Asked = ASKED_ONCE,
    margin: float = MARGIN,
) -> Judgement:
    """The judgement of a finished run that reads such `inputs`, against the best of its baselines.

    `asked` is how often its test rows were asked, `margin` what counts as just as good. Raises DatasetError on unequal
    rows.
    """
    say = room(evaluation.kind, "judgement")
    found: Judgement = say.judge(evaluation, model, baselines, inputs=inputs, asked=asked, margin=margin)
    return found


__all__ = ["Judgement", "judge"]
