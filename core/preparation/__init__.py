"""Preprocessing: rows checked, cleaned and split, and a target fitted to them, as a run's task asks."""

from core.preparation.check import check, require
from core.preparation.prepare import Prepared, prepare

__all__ = ["Prepared", "check", "prepare", "require"]
