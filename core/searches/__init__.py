"""Searches: one question that many small runs answer together."""

from core.searches.label_curve import LabelCurve

__all__ = ["LabelCurve"]
