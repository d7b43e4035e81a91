"""Hyperparameters of learning: one class for each method, each with the settings that it knows."""

from typing import Any, Literal

from core.config.base import Frozen, setting

METHOD = (
    "frozen: only a small head on the model's vectors. full: every weight. lora: small added matrices, for big models. "
    "scratch: a small network that starts from nothing."
)


def _method(name: str) -> Any:
    return setting(name, "Training method", METHOD)


class Learning(Frozen):
    """Hyperparameters of any way to learn. `method` is its name in METHODS."""

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

    method: Literal["scratch"] = _method("scratch")
    batch_size: int = setting(128, "Batch size", "How many rows each step reads before it learns.", ge=1, le=1024)
    learning_rate: float = setting(3e-3, "Learning rate", "How far each update moves the weights.", gt=0.0, le=1.0)
    schedule: Literal["linear", "cosine", "constant"] = setting(
        "cosine", "Learning-rate schedule", "How the learning rate falls over the run."
    )
    warmup: float = setting(0.25, "Warm-up", "Share of the steps over which the learning rate rises.", ge=0.0, le=0.5)


METHODS: dict[str, type[Learning]] = {"frozen": Head, "full": FullFineTuning, "lora": Lora, "scratch": Scratch}
"""Registry of the methods, each with its hyperparameters. A task that brings its own way to learn adds it here."""
