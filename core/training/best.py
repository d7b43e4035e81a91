"""Early stopping: the best weights so far by validation score, and when to stop."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

WEIGHTS = "best.safetensors"


class Best:
    """Copy of the trainable weights of the best evaluation so far, and its patience.

    After `patience` evaluations without a better one training may stop; None never stops.
    """

    def __init__(self, patience: int | None) -> None:
        self.patience = patience
        self.value = -float("inf")
        self.step = 0
        self.worse = 0
        self._weights: dict[str, torch.Tensor] = {}

    @property
    def enough(self) -> bool:
        """Whether the patience is used up: so many evaluations in a row brought nothing better."""
        return self.patience is not None and self.worse >= self.patience

    def see(self, model: nn.Module, value: float, step: int) -> None:
        """Records an evaluation: `value` is better when larger."""
        if value > self.value:
            self.value, self.step, self.worse = value, step, 0
            self._weights = {name: p.detach().to("cpu", copy=True) for name, p in _learning(model)}
        else:
            self.worse += 1

    def restore(self, model: nn.Module) -> None:
        """Restores the best weights into `model`; nothing happens before the first evaluation."""
        with torch.no_grad():
            for name, parameter in _learning(model):
                if name in self._weights:
                    parameter.copy_(self._weights[name])

    def save(self, folder: Path) -> None:
        """Saves its state into a checkpoint."""
        if self._weights:
            notes = {"value": repr(self.value), "step": str(self.step), "worse": str(self.worse)}
            save_file(self._weights, folder / WEIGHTS, metadata=notes)

    def load(self, folder: Path) -> None:
        """Loads its state from a checkpoint."""
        from safetensors import safe_open

        if (folder / WEIGHTS).exists():
            with safe_open(folder / WEIGHTS, "pt") as file:
                notes = file.metadata()
            self.value, self.step, self.worse = float(notes["value"]), int(notes["step"]), int(notes["worse"])
            self._weights = load_file(folder / WEIGHTS)


def _learning(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
