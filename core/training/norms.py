"""Batch normalisation in fine-tuning: the statistics of the pretrained start stay, its scales and shifts learn.

A batch of a few pictures says little about the mean and the spread of a layer's outputs; those of a million pictures
say more, and the network answers with them when it is asked.
"""

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def hold_statistics(network: nn.Module) -> int:
    """Keeps every batch normalisation in evaluation mode while the network trains; returns how many there are."""
    held = [module for module in network.modules() if isinstance(module, _BatchNorm)]
    for module in held:
        module.eval()
        module.train = _stays.__get__(module)  # type: ignore[method-assign]
    return len(held)


def let_go(network: nn.Module) -> None:
    """Undoes `hold_statistics`."""
    for module in network.modules():
        vars(module).pop("train", None)


def _stays(module: nn.Module, mode: bool = True) -> nn.Module:  # noqa: ARG001  # the signature is torch's
    return module
