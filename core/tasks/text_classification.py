"""Text classification: each text gets one of the classes in the target column."""

from core.config.tasks import TextClassification
from core.inputs.text import TextInputs
from core.targets import ClassTargets
from core.tasks.task import Task

PRETRAINED = "core.learners.pretrained:Pretrained"

text_classification = Task(
    name="text-classification",
    title="Text classification",
    answer_title="A class",
    settings=TextClassification,
    column="text",
    inputs=TextInputs(),
    targets=ClassTargets(),
    learners={"frozen": PRETRAINED, "full": PRETRAINED, "lora": PRETRAINED},
    network="core.learners.network:TextNetwork",
    backbone="core.learners.backbones.text:TextBackbone",
    baselines=("majority", "tfidf"),
    pipeline="text-classification",
    example='"A text of the kind that it learned from.", truncation=True',
)
