"""Epochs and optimiser steps of a run. Imports no torch: a quote asks here too."""

import math
from dataclasses import dataclass

from core.config import Descent, RunConfig


@dataclass(frozen=True)
class Passes:
    """Rule for epochs: at least `passes`, and up to `most` where fewer would give less than `updates` steps."""

    passes: int
    updates: int
    most: int


PASSES = {
    "quick": Passes(passes=2, updates=60, most=10),
    "balanced": Passes(passes=3, updates=120, most=20),
    "best": Passes(passes=8, updates=240, most=40),
}
"""Rule of each preset, for when the number of epochs is left open."""


def updates_per_pass(learning: Descent, rows: int) -> int:
    """Optimiser steps in one epoch over `rows` rows."""
    batches = max(1, math.ceil(rows / learning.batch_size))
    return math.ceil(batches / learning.gradient_accumulation_steps)


def resolved_epochs(config: RunConfig, rows: int) -> int:
    """Number of epochs over `rows` training rows: as configured, else what its preset needs.

    Once, where only a head learns.
    """
    learning = config.learning
    if not isinstance(learning, Descent):
        return 1
    if learning.epochs is not None:
        return learning.epochs
    rule = PASSES[config.preset]
    needed = math.ceil(rule.updates / updates_per_pass(learning, rows))
    return max(rule.passes, min(needed, rule.most))
