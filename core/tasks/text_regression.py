"""Text regression: each text gets a number, such as stars, minutes or money."""

from typing import TYPE_CHECKING, Literal

from core.config.tasks import LearnsNumber, ReadsText
from core.tasks.task import Task

if TYPE_CHECKING:
    from core.inputs.base import Inputs
    from core.targets.base import Targets

PRETRAINED = "core.learners.pretrained:Pretrained"


class TextRegression(ReadsText, LearnsNumber):
    """Learn the number that the target column gives each text."""

    task: Literal["text-regression"] = "text-regression"


def _inputs() -> "Inputs":
    from core.inputs.text import TextInputs

    return TextInputs()


def _targets() -> "Targets":
    from core.targets import NumberTargets

    return NumberTargets()


text_regression = Task(
    name="text-regression",
    title="Text regression",
    answer_title="A number",
    settings=TextRegression,
    column="text",
    inputs=_inputs,
    targets=_targets,
    learners={"frozen": PRETRAINED, "full": PRETRAINED, "lora": PRETRAINED},
    network="core.learners.network:TextNetwork",
    backbone="core.learners.backbones.text:TextBackbone",
    baselines=("mean", "tfidf_ridge"),
    pipeline="text-classification",
    example='"A text of the kind that it learned from.", truncation=True, function_to_apply="none"',
)
