"""Text classification: each text gets one of the classes in the target column."""

from core.inputs.text import Texts
from core.targets import Classes
from core.tasks.task import Task

PRETRAINED = "core.learners.pretrained:Pretrained"

text_classification = Task(
    name="text-classification",
    title="Text classification",
    column="text",
    inputs=Texts(),
    targets=Classes(),
    learners={"frozen": PRETRAINED, "full": PRETRAINED, "lora": PRETRAINED},
    baselines=("majority", "tfidf"),
)
