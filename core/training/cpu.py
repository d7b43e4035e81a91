"""Dropout and attention for training on a CPU, where torch's own take more than half of a step.

torch draws a random number for each value of a dropout mask; here a byte decides. Its fused attention falls back to a
slow path with dropout, and its backward pass in bf16 is slower than plain matrix products. Measured in docs/adr/0003.
"""

import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

from core.device import CPU_ATTENTION


class QuickDropout(nn.Dropout):
    """Dropout as nn.Dropout, with the rate rounded to 1/256; random numbers come from torch's own generator."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Drops a share of the values while training; scales up the others."""
        return quick_dropout(values, self.p if self.training else 0.0)


def quick_dropout(values: torch.Tensor, share: float) -> torch.Tensor:
    """Dropout: zeroes `share` of the values (rounded to 1/256) at random, scales the others so that the mean stays."""
    hidden = round(share * 256)
    dropped: torch.Tensor = _Drop.apply(values, hidden) if hidden else values  # type: ignore[no-untyped-call]
    return dropped


class _Drop(torch.autograd.Function):
    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, values: torch.Tensor, hidden: int) -> torch.Tensor:
        words = torch.empty(-(-values.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
        keep = words.view(torch.uint8)[: values.numel()].view(values.shape) >= hidden
        factors = keep.to(values.dtype).mul_(256 / (256 - hidden))
        ctx.save_for_backward(factors)
        return values * factors

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        (factors,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return gradient * factors, None


def quicken(model: nn.Module) -> nn.Module:
    """Replace every nn.Dropout inside `model` by a QuickDropout."""
    for module in model.modules():
        for name, child in module.named_children():
            if type(child) is nn.Dropout:
                setattr(module, name, QuickDropout(child.p))
    return model


def products_attention(
    _module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **_: object,
) -> tuple[torch.Tensor, None]:
    """Attention as plain matrix products, in blocks of rows whose attention weights stay in the core's cache."""
    rows = max(1, CACHED_WEIGHTS // (query.shape[1] * query.shape[2] * key.shape[2]))
    if key.shape[1] != query.shape[1]:  # several heads share one key and value
        key, value = (x.repeat_interleave(query.shape[1] // x.shape[1], dim=1) for x in (key, value))
    query = query * (scaling or query.shape[-1] ** -0.5)
    masks = [None] * len(query) if attention_mask is None else torch.split(attention_mask, rows)
    parts = []
    blocks = zip(*(torch.split(tensor, rows) for tensor in (query, key, value)), masks, strict=False)
    for some_query, some_key, some_value, mask in blocks:
        weights = torch.matmul(some_query, some_key.transpose(2, 3))
        if mask is not None:
            weights = weights + mask
        weights = quick_dropout(torch.softmax(weights, dim=-1, dtype=weights.dtype), dropout)
        parts.append(torch.matmul(weights, some_value).transpose(1, 2))
    return torch.cat(parts), None


CACHED_WEIGHTS = 2**21
"""Block size of the attention, in attention weights computed at a time."""

AttentionInterface.register(CPU_ATTENTION, products_attention)
AttentionMaskInterface.register(CPU_ATTENTION, eager_mask)
