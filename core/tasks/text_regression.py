"""Text regression: each text gets a number, such as stars, minutes or money."""

from core.config.tasks import TextRegression
from core.inputs.text import TextInputs
from core.targets import NumberTargets
from core.tasks.task import Task

PRETRAINED = "core.learners.pretrained:Pretrained"

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
