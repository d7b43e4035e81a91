"""Picture classification: each picture gets one of the classes in the target column."""

from typing import TYPE_CHECKING, Literal

from core.config.tasks import LearnsClass, ReadsPicture
from core.tasks.task import Task

if TYPE_CHECKING:
    from core.inputs.base import Inputs
    from core.targets.base import Targets

PRETRAINED = "core.learners.pretrained:Pretrained"


class PictureClassification(ReadsPicture, LearnsClass):
    """Learn to give each picture one of the classes found in the target column."""

    task: Literal["picture-classification"] = "picture-classification"


def _inputs() -> "Inputs":
    from core.inputs.picture import PictureInputs

    return PictureInputs()


def _targets() -> "Targets":
    from core.targets import ClassTargets

    return ClassTargets()


picture_classification = Task(
    name="picture-classification",
    title="Picture classification",
    answer_title="A class",
    settings=PictureClassification,
    column="picture",
    inputs=_inputs,
    targets=_targets,
    learners={
        "frozen": PRETRAINED,
        "full": PRETRAINED,
        "lora": PRETRAINED,
        "scratch": "core.learners.from_scratch:PicturesFromScratch",
    },
    network="core.learners.picture_network:PictureNetwork",
    backbone="core.learners.backbones.picture:PictureBackbone",
    baselines=("majority", "pixels", "gradients"),
    pipeline="image-classification",
    example='"a-picture-of-the-kind-that-it-learned-from.jpg"',
    presets={
        "quick": {"model": "efficientnet-lite0"},
        "balanced": {"model": "efficientnet-lite0"},
        "best": {"model": "efficientnet-lite0"},
    },
)
