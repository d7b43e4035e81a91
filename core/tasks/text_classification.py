"""Text classification: each text gets one of the classes in the target column."""

from typing import TYPE_CHECKING, Literal

from core.config.tasks import LearnsClass, ReadsText
from core.tasks.task import Task

if TYPE_CHECKING:
    from core.inputs.base import Inputs
    from core.targets.base import Targets

PRETRAINED = "core.learners.pretrained:Pretrained"


class TextClassification(ReadsText, LearnsClass):
    """Learn to give each text one of the classes found in the target column."""

    task: Literal["text-classification"] = "text-classification"


def _inputs() -> "Inputs":
    from core.inputs.text import TextInputs

    return TextInputs()


def _targets() -> "Targets":
    from core.targets import ClassTargets

    return ClassTargets()


text_classification = Task(
    name="text-classification",
    title="Text classification",
    answer_title="A class",
    settings=TextClassification,
    column="text",
    inputs=_inputs,
    targets=_targets,
    learners={"frozen": PRETRAINED, "full": PRETRAINED, "lora": PRETRAINED},
    network="core.learners.network:TextNetwork",
    backbone="core.learners.backbones.text:TextBackbone",
    baselines=("majority", "tfidf"),
    pipeline="text-classification",
    example='"A text of the kind that it learned from.", truncation=True',
)
