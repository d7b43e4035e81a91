"""Explanations: feature attributions of an answer, the nearest training rows, and the words of each class.

Importing this loads no model library; each function that asks a model does so when it is called.
"""

from collections.abc import Mapping

from core.explanations.explainer import Described, Explainer
from core.explanations.integrated_gradients import IntegratedGradients
from core.explanations.lime import Lime
from core.explanations.pictures import PICTURE_EXPLAINERS
from core.explanations.records import (
    Alike,
    AlikeRows,
    ChangedColumn,
    ClassChange,
    ClassWord,
    ClassWords,
    ColumnImportance,
    ColumnPush,
    ColumnShape,
    Explanation,
    FaithfulnessCheck,
    ModelColumns,
    ModelWords,
    PictureExplanation,
    Push,
    Reason,
    RecordExplanation,
)
from core.explanations.shap import Shap
from core.explanations.table import TABLE_EXPLAINERS

EXPLAINERS: dict[str, Explainer] = {one.name: one for one in (IntegratedGradients(), Lime(), Shap())}
"""Registry of the attribution methods for texts."""
METHODS: dict[str, Mapping[str, Described]] = {
    "text": EXPLAINERS,
    "picture": PICTURE_EXPLAINERS,
    "table": TABLE_EXPLAINERS,
}
"""Attribution methods by the kind of input; the first of each is the usual one."""

__all__ = [
    "EXPLAINERS",
    "METHODS",
    "PICTURE_EXPLAINERS",
    "TABLE_EXPLAINERS",
    "Alike",
    "AlikeRows",
    "ChangedColumn",
    "ClassChange",
    "ClassWord",
    "ClassWords",
    "ColumnImportance",
    "ColumnPush",
    "ColumnShape",
    "Described",
    "Explainer",
    "Explanation",
    "FaithfulnessCheck",
    "ModelColumns",
    "ModelWords",
    "PictureExplanation",
    "Push",
    "Reason",
    "RecordExplanation",
]
