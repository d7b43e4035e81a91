"""The best weights so far, judged on validation rows, and when to stop looking for better ones."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

WEIGHTS = "best.safetensors"


class Best:
    """Keeps a copy of the learning weights of the best check.

    `patience` checks without a better one are enough; None waits for ever.
    """

    def __init__(self, patience: int | None) -> None:
        self.patience = patience
        self.value = -float("inf")
        self.step = 0
        self.worse = 0
        self._weights: dict[str, torch.Tensor] = {}

    @property
    def enough(self) -> bool:
        """Whether so many checks in a row brought nothing better."""
        return self.patience is not None and self.worse >= self.patience

    def see(self, model: nn.Module, value: float, step: int) -> None:
        """Note a check: `value` is better when larger."""
        if value > self.value:
            self.value, self.step, self.worse = value, step, 0
            self._weights = {name: p.detach().to("cpu", copy=True) for name, p in _learning(model)}
        else:
            self.worse += 1

    def restore(self, model: nn.Module) -> None:
        """Put the best weights back into `model`; nothing happens before the first check."""
        with torch.no_grad():
            for name, parameter in _learning(model):
                if name in self._weights:
                    parameter.copy_(self._weights[name])

    def save(self, folder: Path) -> None:
        """Write what is known into a checkpoint."""
        if self._weights:
            notes = {"value": repr(self.value), "step": str(self.step), "worse": str(self.worse)}
            save_file(self._weights, folder / WEIGHTS, metadata=notes)

    def load(self, folder: Path) -> None:
        """Take up what a checkpoint knew."""
        from safetensors import safe_open

        if (folder / WEIGHTS).exists():
            with safe_open(folder / WEIGHTS, "pt") as file:
                notes = file.metadata()
            self.value, self.step, self.worse = float(notes["value"]), int(notes["step"]), int(notes["worse"])
            self._weights = load_file(folder / WEIGHTS)


def _learning(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
