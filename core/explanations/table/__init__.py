"""Explanations of records: what each column adds to the answer, against rows that the model learned from."""

from core.explanations.table.explainer import RecordExplainer
from core.explanations.table.shapley import ColumnShapley

TABLE_EXPLAINERS: dict[str, RecordExplainer] = {one.name: one for one in (ColumnShapley(),)}
"""Registry of the attribution methods for records."""

__all__ = ["TABLE_EXPLAINERS", "ColumnShapley", "RecordExplainer"]
