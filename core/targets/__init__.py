"""Targets (a class, a number): their encoding, their loss, and the decoding of a model's outputs into answers."""

from core.targets.base import Target, Targets
from core.targets.number import NumberTarget, NumberTargets
from core.targets.one_class import ClassTarget, ClassTargets

__all__ = ["ClassTarget", "ClassTargets", "NumberTarget", "NumberTargets", "Target", "Targets"]
