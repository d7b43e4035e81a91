"""Settings of tasks: what every task has, and what its inputs and its targets add."""

from typing import Literal

from core.config.base import Frozen, setting


class TaskSettings(Frozen):
    """The settings of any task. `task` is its name in `core.tasks.TASKS`."""

    task: str
    target: str = setting(
        "label", "Target column", "The column that holds the right answer.", level="basic", names="column"
    )


class ReadsText(TaskSettings):
    """Settings of texts as inputs."""

    text: str = setting("text", "Text column", "The column that holds the text to read.", level="basic", names="column")
    max_tokens: int = setting(
        128,
        "Longest text, in tokens",
        "Longer texts are cut here. A token is about three quarters of a word.",
        ge=8,
        le=8192,
    )


class LearnsClass(TaskSettings):
    """Settings of classes as targets."""

    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "Spreads a little of each answer over all classes; helps with noisy labels.",
        only=("learning.method", ("full", "lora", "scratch")),
        ge=0.0,
        le=0.5,
    )
    class_weights: bool = setting(False, "Weigh rare classes up", "Rare classes count as much as common ones.")


class LearnsNumber(TaskSettings):
    """Settings of numbers as targets."""

    loss: Literal["mse", "mae", "huber"] = setting(
        "mse",
        "Loss",
        "mse: squared errors, so that far misses count most. mae: absolute errors, less drawn to extreme numbers. "
        "huber: between the two.",
    )
