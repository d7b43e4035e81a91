"""Settings of tasks: what every task has, and what its inputs and its targets add."""

from typing import Literal

from core.config.base import Frozen, setting

DESCENT = ("learning.method", ("full", "lora", "scratch"))
"""Condition of settings that count with gradient descent only, where more than a head learns."""


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
        "Maximum length, in tokens",
        "Longer texts are cut here. A token is about three quarters of a word.",
        ge=8,
        le=8192,
    )
    cut: Literal["end", "start"] = setting(
        "end",
        "Where longer texts are cut",
        "Cut at the end, a text is read from its beginning; cut at the start, its end is read.",
        exclude_if=lambda cut: cut == "end",  # settings that do not use it stay as they were written and hashed
    )


class ReadsPicture(TaskSettings):
    """Settings of pictures as inputs."""

    picture: str = setting(
        "picture", "Picture column", "The column that holds the pictures.", level="basic", names="column"
    )
    side: int | None = setting(
        None,
        "Image size, in pixels",
        "Pictures are brought to this size. Empty: as the model was made for, but 96 for pictures of 64 points and "
        "less, which is a fifth of the work; 224 may be a few points of 100 better. A network from scratch reads "
        "pictures as large as they are.",
        empty="as the model or the pictures are",
        ge=28,
        le=512,
    )
    crop: bool = setting(
        True, "Random shift", "Each epoch sees every picture shifted a little otherwise.", only=DESCENT
    )
    flip: bool = setting(
        True,
        "Horizontal flip",
        "Each epoch sees about half of the pictures mirrored. Not for letters and digits.",
        only=DESCENT,
    )
    turn: bool = setting(False, "Random rotation", "Each epoch sees every picture turned a little.", only=DESCENT)
    colour: bool = setting(
        False,
        "Colour jitter",
        "Each epoch sees every picture a little brighter, darker or more colourful.",
        only=DESCENT,
    )


CellKind = Literal["number", "class", "date", "yes_no", "left_out"]
"""What a table's column is read as."""


class ReadsTable(TaskSettings):
    """Settings of a table's columns as inputs."""

    columns: dict[str, CellKind] = setting(
        {},
        "Columns to read",
        "What each column is read as. number: its size counts. class: one of several names. date: a day or a moment. "
        "yes_no: one of two. left_out: it is not read, as all columns that are not named.",
        level="basic",
        names="columns",
    )


class LearnsClass(TaskSettings):
    """Settings of classes as targets."""

    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "Spreads a little of each answer over all classes; helps with noisy labels.",
        only=DESCENT,
        ge=0.0,
        le=0.5,
    )
    class_weights: bool = setting(False, "Class weights", "Rare classes count as much as common ones.")


KNOWN_LOSSES = {"mse": "squared_error", "mae": "absolute_error"}
"""Losses that scikit-learn's boosted trees know, by our names."""


class LearnsNumber(TaskSettings):
    """Settings of numbers as targets."""

    loss: Literal["mse", "mae", "huber"] = setting(
        "mse",
        "Loss",
        "mse: squared errors, so that far misses count most. mae: absolute errors, less drawn to extreme numbers. "
        "huber: between the two.",
    )
