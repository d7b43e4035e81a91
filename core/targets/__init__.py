"""Targets: what is said of each row, how it is learned, and how a model's outputs become answers."""

from core.targets.base import Target, Targets
from core.targets.number import NumberTarget, NumberTargets
from core.targets.one_class import ClassTarget, ClassTargets

__all__ = ["ClassTarget", "ClassTargets", "NumberTarget", "NumberTargets", "Target", "Targets"]
