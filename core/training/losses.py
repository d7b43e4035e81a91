"""Loss functions of a network's outputs and the targets of a batch."""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def cross_entropy(class_weights: np.ndarray | None, label_smoothing: float) -> Loss:
    """Cross-entropy loss of a classifier, with class weights and label smoothing as asked."""

    def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        weight = None if class_weights is None else torch.as_tensor(class_weights, device=logits.device)
        return functional.cross_entropy(logits, targets, weight=weight, label_smoothing=label_smoothing)

    return loss


def regression(kind: str, *, delta: float = 1.0) -> Loss:
    """Regression loss, of one number a row: "mse", "mae" or "huber" (Huber 1964), which is quadratic up to `delta`."""
    by_kind: dict[str, Callable[..., torch.Tensor]] = {
        "mse": functional.mse_loss,
        "mae": functional.l1_loss,
        "huber": lambda outputs, targets: functional.huber_loss(outputs, targets, delta=delta),
    }
    chosen = by_kind[kind]

    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return chosen(outputs.squeeze(-1), targets)

    return loss
