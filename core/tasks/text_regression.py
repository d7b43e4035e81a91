"""Text regression: each text gets a number, such as stars, minutes or money."""

from typing import Literal

from core.config.tasks import LearnsNumber, ReadsText
from core.inputs.text import TextInputs
from core.targets import NumberTargets
from core.tasks.task import Task

PRETRAINED = "core.learners.pretrained:Pretrained"


class TextRegression(ReadsText, LearnsNumber):
    """Learn the number that the target column gives each text."""

    task: Literal["text-regression"] = "text-regression"


text_regression = Task(
    name="text-regression",
    title="Text regression",
    answer_title="A number",
    settings=TextRegression,
    column="text",
    inputs=TextInputs(),
    targets=NumberTargets(),
    learners={"frozen": PRETRAINED, "full": PRETRAINED, "lora": PRETRAINED},
    network="core.learners.network:TextNetwork",
    backbone="core.learners.backbones.text:TextBackbone",
    baselines=("mean", "tfidf_ridge"),
    pipeline="text-classification",
    example='"A text of the kind that it learned from.", truncation=True, function_to_apply="none"',
)
