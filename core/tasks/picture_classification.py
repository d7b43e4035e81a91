"""Picture classification: each picture gets one of the classes in the target column."""

from core.config.tasks import PictureClassification
from core.inputs.picture import PictureInputs
from core.targets import ClassTargets
from core.tasks.task import Task

PRETRAINED = "core.learners.pretrained:Pretrained"

picture_classification = Task(
    name="picture-classification",
    title="Picture classification",
    answer_title="A class",
    settings=PictureClassification,
    column="picture",
    inputs=PictureInputs(),
    targets=ClassTargets(),
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
