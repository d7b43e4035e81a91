"""Text classification: each text gets one of the classes in the target column."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_softmax, softmax
from sklearn.metrics import accuracy_score, f1_score

from core.answers import ClassAnswers
from core.config import RunConfig

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from core.data import Part
    from core.device import Device
    from core.tasks.task import Loss, Weigh


class TextClassification:
    """Answers the questions of `core.tasks.Task` for texts with one class each."""

    name = "text-classification"
    metrics: tuple[str, ...] = ("f1_macro", "accuracy")

    def targets(self, part: "Part", labels: tuple[str, ...]) -> np.ndarray:
        """The class number of each row, int64."""
        number = {label: i for i, label in enumerate(labels)}
        return np.asarray([number[target] for target in part.targets], dtype=np.int64)

    def build(self, folder: Path, labels: tuple[str, ...], config: RunConfig, device: "Device") -> "torch.nn.Module":
        """A head on the mean of the tokens where the family allows it, else the model's own classifier."""
        from core.training import heads
        from core.training.cpu import quicken

        if heads.reads_mean(folder):
            encoder = heads.open_encoder(folder, attention=device.attention, dropout=config.dropout)
            model: torch.nn.Module = heads.SentenceClassifier(encoder, len(labels), dropout=config.dropout or 0.0)
        else:
            model = heads.open_stock(folder, labels, attention=device.attention, dropout=config.dropout)
        return quicken(model) if device.kind == "cpu" else model

    def finish(self, model: "torch.nn.Module", labels: tuple[str, ...]) -> "PreTrainedModel":
        """The stock sequence classifier that answers as `model` does."""
        from core.training import heads

        if isinstance(model, heads.SentenceClassifier):
            return heads.to_stock(model, labels)
        return model.eval()

    def loss(self, config: RunConfig, targets: np.ndarray, labels: tuple[str, ...]) -> "Loss":
        """Cross-entropy, with rare classes weighed up and targets smoothed as configured."""
        from core.training.loop import cross_entropy

        weights = balanced_weights(targets, len(labels)) if config.class_weights else None
        return cross_entropy(weights, config.label_smoothing)

    def weigh(self, config: RunConfig, targets: np.ndarray, labels: tuple[str, ...]) -> "Weigh":
        """Each row once, or as much as its class where rare classes are weighed up."""
        return partial(_weight, balanced_weights(targets, len(labels))) if config.class_weights else len

    def measure(self, logits: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Log-loss, accuracy and macro F1 over the classes that occur."""
        answers = logits.argmax(axis=1)
        chosen = log_softmax(logits.astype(np.float64), axis=1)[np.arange(len(targets)), targets]
        return {
            "loss": float(-chosen.mean()),
            "accuracy": float(accuracy_score(targets, answers)),
            "f1_macro": float(f1_score(targets, answers, average="macro", zero_division=0.0)),
        }

    def decode(self, logits: np.ndarray, part: "Part", labels: tuple[str, ...]) -> ClassAnswers:
        """A score for each class; the scores of a row sum to one."""
        scores = softmax(logits.astype(np.float64), axis=1).astype(np.float32)
        return ClassAnswers(row_ids=part.row_ids, targets=part.targets, labels=labels, scores=scores)


def _weight(weights: np.ndarray, targets: np.ndarray) -> float:
    return float(weights[targets].sum())


def balanced_weights(targets: np.ndarray, classes: int) -> np.ndarray:
    """A weight for each class so that all count alike, as scikit-learn's "balanced": rows / (classes * count)."""
    counts = np.bincount(targets, minlength=classes)
    return (len(targets) / (classes * np.maximum(counts, 1))).astype(np.float32)
