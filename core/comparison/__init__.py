"""Paired comparison of models on the same test rows: every pair with its interval, and the rows that changed.

It knows answers only, never the models that made them.
"""

from core.comparison.aligned import Aligned, AlignedClasses, align
from core.comparison.changed import ChangedRow, changed_between, changed_rows
from core.comparison.compare import Comparison, Pair, compare, compare_aligned
from core.comparison.multiplicity import ASKED_ONCE, Asked, Multiplicity
from core.comparison.verdict import Verdict, verdict
from core.evaluation.holm import holm

__all__ = [
    "ASKED_ONCE",
    "Aligned",
    "AlignedClasses",
    "Asked",
    "ChangedRow",
    "Comparison",
    "Multiplicity",
    "Pair",
    "Verdict",
    "align",
    "changed_between",
    "changed_rows",
    "compare",
    "compare_aligned",
    "holm",
    "verdict",
]
