"""The questions that every task answers. Everything else about a run is shared."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.answers import ClassAnswers
from core.config import RunConfig

if TYPE_CHECKING:  # torch is imported in the run process and the predictor only
    import torch
    from transformers import PreTrainedModel

    from core.data import Part
    from core.device import Device

    Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    Weigh = Callable[[np.ndarray], float]


class Task(Protocol):
    """What differs between tasks: inputs, model, loss, what outputs mean, which metrics count."""

    name: str
    metrics: tuple[str, ...]
    """What is measured on validation rows while learning; the first one chooses the best weights."""

    def targets(self, part: "Part", labels: tuple[str, ...]) -> np.ndarray:
        """The right answers as numbers, one a row, in the order of `labels`."""
        ...

    def build(self, folder: Path, labels: tuple[str, ...], config: RunConfig, device: "Device") -> "torch.nn.Module":
        """The model as it learns: called with token ids and a mask, it answers with `.logits`."""
        ...

    def finish(self, model: "torch.nn.Module", labels: tuple[str, ...]) -> "PreTrainedModel":
        """The learned model as its bundle holds it: a stock transformers class, in fp32."""
        ...

    def loss(self, config: RunConfig, targets: np.ndarray, labels: tuple[str, ...]) -> "Loss":
        """What learning makes small, from logits and targets of a batch."""
        ...

    def weigh(self, config: RunConfig, targets: np.ndarray, labels: tuple[str, ...]) -> "Weigh":
        """How much rows with given targets weigh together in the mean that `loss` is."""
        ...

    def measure(self, logits: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """The loss and this task's metrics of some rows."""
        ...

    def decode(self, logits: np.ndarray, part: "Part", labels: tuple[str, ...]) -> ClassAnswers:
        """Outputs as answers for the rows of `part`."""
        ...
