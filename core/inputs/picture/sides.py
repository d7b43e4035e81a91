"""Image size at which a network reads pictures, in pixels, where the setting leaves it open. Imports no torch."""

FIXED = frozenset({"deit", "vit"})
"""Model families with position embeddings for patches, so that they read one size only."""
CONVOLUTIONAL = frozenset(
    {"convnext", "convnextv2", "efficientnet", "mobilenet_v1", "mobilenet_v2", "regnet", "resnet"}
)
"""Convolutional model families, which read any size."""
TINY, ENOUGH = 64, 96
"""Pictures that are no larger than TINY are read at ENOUGH, where the size is left open.

Measured with frozen EfficientNet-Lite0 on Fashion-MNIST: 96 costs 18% of what 224 costs, and is right in 0.780 (25
labels a class) and 0.851 (250) of 1,500 test pictures, against 0.811 and 0.873.
"""
SIZES = (28, 32, 48, 64, 96, 128, 160, 192, 224)
"""Usual image sizes of networks from scratch; any from the first to the last will do."""


def reads_tiny_at_less(family: str, made_for: int) -> bool:
    """Whether a pretrained model of this family and size reads tiny pictures at ENOUGH."""
    return family in CONVOLUTIONAL and made_for > ENOUGH


def scratch_side(usual: float) -> int:
    """Image size of a network from scratch: the one next to the median of the pictures' larger sides."""
    return min(SIZES, key=lambda size: abs(size - usual))
