"""Targets: what is said of each row, how it is learned, and how a model's outputs become answers."""

from core.targets.base import Target, Targets
from core.targets.number import Numbers, NumberTarget
from core.targets.one_class import Classes, ClassTarget

__all__ = ["ClassTarget", "Classes", "NumberTarget", "Numbers", "Target", "Targets"]
