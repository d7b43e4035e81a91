"""How many passes and updates a run makes. Imports no torch: a quote asks here too."""

import math
from dataclasses import dataclass

from core.config import Descent, RunConfig


@dataclass(frozen=True)
class Passes:
    """At least `passes` over the rows, more when so few rows would give less than `updates` updates."""

    passes: int
    updates: int
    most: int


PASSES = {
    "quick": Passes(passes=2, updates=60, most=10),
    "balanced": Passes(passes=3, updates=120, most=20),
    "best": Passes(passes=8, updates=240, most=40),
}
"""What a preset does when the passes are left open."""


def updates_per_pass(learning: Descent, rows: int) -> int:
    """How often the weights change while `rows` rows are read once."""
    batches = max(1, math.ceil(rows / learning.batch_size))
    return math.ceil(batches / learning.gradient_accumulation_steps)


def resolved_epochs(config: RunConfig, rows: int) -> int:
    """The passes a run makes over `rows` training rows: the configured number, else what its preset needs.

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
