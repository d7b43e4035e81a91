"""Progress counter of an explanation: wraps a model and counts its forward passes. Knows tensors only."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.callbacks import Watch

if TYPE_CHECKING:
    import torch


def counted(
    ask: "Callable[[torch.Tensor], torch.Tensor]", total: int, watch: Watch
) -> "Callable[[torch.Tensor], torch.Tensor]":
    """`ask`, which tells `watch` after each call how many variants were asked about, of `total`."""
    done = 0

    def asked(variants: "torch.Tensor") -> "torch.Tensor":
        nonlocal done
        answers = ask(variants)
        done += len(variants)
        watch(min(done, total), total)
        return answers

    return asked
