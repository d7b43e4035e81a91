"""Targets: what is said of each row, how it is learned, and how a model's outputs become answers."""

from core.targets.base import Target, Targets
from core.targets.one_class import Classes, ClassTarget

__all__ = ["ClassTarget", "Classes", "Target", "Targets"]
