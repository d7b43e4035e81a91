"""Hyperparameters of learning: one class for each method, each with the settings that it knows."""

from typing import Any, ClassVar, Literal

from core.config.base import Frozen, setting

METHOD = (
    "frozen: only a small head on the model's vectors. full: every weight. lora: small added matrices, for big models. "
    "scratch: a small network that starts from nothing. linear: logistic or ridge regression. "
    "boosted: trees that mend one another's errors. forest: the mean of many trees."
)


def _method(name: str) -> Any:
    return setting(name, "Training method", METHOD)


class Learning(Frozen):
    """Hyperparameters of any way to learn. `method` is its name in METHODS."""

    has_pretrained_start: ClassVar[bool] = True
    has_embeddings: ClassVar[bool] = True

    method: str


class Head(Learning):
    """Linear probe: only a head learns, on the embeddings of a pretrained model."""

    method: Literal["frozen"] = _method("frozen")


class Descent(Learning):
    """Gradient descent, epoch after epoch."""

    epochs: int | None = setting(
        None,
        "Epochs",
        "How often training reads every row. Empty: as often as this many rows need; few rows are read more often.",
        level="basic",
        empty="as often as these rows need",
        ge=1,
        le=200,
    )
    batch_size: int = setting(16, "Batch size", "How many rows each step reads before it learns.", ge=1, le=1024)
    gradient_accumulation_steps: int = setting(
        1, "Gradient accumulation", "Adds up this many steps before the weights change; saves memory.", ge=1, le=256
    )
    learning_rate: float = setting(5e-5, "Learning rate", "How far each update moves the weights.", gt=0.0, le=1.0)
    optimizer: Literal["adamw", "adam", "sgd"] = setting(
        "adamw", "Optimiser", "How the weights move: AdamW, Adam, or SGD with momentum."
    )
    momentum: float = setting(
        0.9,
        "Momentum",
        "How much of the last move carries on.",
        only=("learning.optimizer", ("sgd",)),
        ge=0.0,
        lt=1.0,
    )
    weight_decay: float = setting(
        0.01, "Weight decay", "Pulls weights towards zero; resists overfitting.", ge=0.0, le=1.0
    )
    schedule: Literal["linear", "cosine", "constant"] = setting(
        "linear", "Learning-rate schedule", "How the learning rate falls over the run."
    )
    warmup: float = setting(0.1, "Warm-up", "Share of the steps over which the learning rate rises.", ge=0.0, le=0.5)
    dropout: float | None = setting(
        None,
        "Dropout",
        "Share of signals hidden while learning. Empty: as the model was made.",
        empty="as the model was made",
        ge=0.0,
        le=0.9,
    )
    max_grad_norm: float = setting(
        1.0, "Gradient clipping", "Larger gradients are scaled down to this. 0: no limit.", ge=0.0
    )
    early_stopping: int | None = setting(
        None,
        "Early stopping",
        "Stop after this many checks without improvement. Empty: never.",
        empty="never",
        ge=1,
        le=100,
    )


class Tuned(Descent):
    """Fine-tuning: learning that goes on from pretrained weights."""

    keep_start: float = setting(
        0.0,
        "Keep of the start",
        "Share of the weights from before training that is mixed back in at the end; helps where later texts are "
        "unlike those it learned from.",
        ge=0.0,
        le=0.9,
    )


class FullFineTuning(Tuned):
    """Full fine-tuning: every weight of a pretrained model."""

    method: Literal["full"] = _method("full")


class Lora(Tuned):
    """LoRA: low-rank matrices beside the weights of a pretrained model (Hu et al. 2021)."""

    method: Literal["lora"] = _method("lora")
    lora_rank: int = setting(8, "LoRA rank", "Size of the added matrices.", ge=1, le=512)
    lora_alpha: int = setting(16, "LoRA alpha", "Strength of the added matrices.", ge=1, le=1024)
    lora_dropout: float = setting(0.05, "LoRA dropout", "Dropout in the added matrices.", ge=0.0, le=0.9)


class Scratch(Descent):
    """Training from scratch: a small network whose weights start at random."""

    has_pretrained_start: ClassVar[bool] = False

    method: Literal["scratch"] = _method("scratch")
    batch_size: int = setting(128, "Batch size", "How many rows each step reads before it learns.", ge=1, le=1024)
    learning_rate: float = setting(3e-3, "Learning rate", "How far each update moves the weights.", gt=0.0, le=1.0)
    schedule: Literal["linear", "cosine", "constant"] = setting(
        "cosine", "Learning-rate schedule", "How the learning rate falls over the run."
    )
    warmup: float = setting(0.25, "Warm-up", "Share of the steps over which the learning rate rises.", ge=0.0, le=0.5)


class Estimator(Learning):
    """Estimator of scikit-learn, fitted to a table's columns."""

    has_pretrained_start: ClassVar[bool] = False
    has_embeddings: ClassVar[bool] = False


class Linear(Estimator):
    """Logistic regression for classes, ridge regression for numbers."""

    method: Literal["linear"] = _method("linear")
    strength: float | None = setting(
        None,
        "Regularisation strength",
        "How strongly the weights are pulled towards zero (1 / C, or alpha). Empty: as the validation rows ask.",
        empty="as the validation rows ask",
        gt=0.0,
        le=1e6,
    )


class Boosted(Estimator):
    """Gradient-boosted trees, on histograms (HistGradientBoosting)."""

    method: Literal["boosted"] = _method("boosted")
    trees: int | None = setting(
        None,
        "Trees",
        "How many trees are added up. Empty: as many as help on the validation rows.",
        empty="as the validation rows ask",
        ge=1,
        le=5000,
    )
    shrinkage: float = setting(0.05, "Shrinkage", "How much each tree adds (its learning rate).", gt=0.0, le=1.0)
    max_leaves: int = setting(31, "Leaves of a tree", "At most so many; fewer resist overfitting.", ge=2, le=1024)
    leaf_rows: int = setting(20, "Rows in a leaf", "At least so many; more resist overfitting.", ge=1, le=10_000)


class Forest(Estimator):
    """Random forest: the mean of many trees, each on other rows and columns."""

    method: Literal["forest"] = _method("forest")
    trees: int = setting(300, "Trees", "How many trees are averaged.", ge=1, le=2000)
    leaf_rows: int = setting(2, "Rows in a leaf", "At least so many; more resist overfitting.", ge=1, le=10_000)


METHODS: dict[str, type[Learning]] = {
    "frozen": Head,
    "full": FullFineTuning,
    "lora": Lora,
    "scratch": Scratch,
    "linear": Linear,
    "boosted": Boosted,
    "forest": Forest,
}
"""Registry of the methods, each with its hyperparameters. A task that brings its own way to learn adds it here."""
