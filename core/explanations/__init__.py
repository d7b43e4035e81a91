"""Why a model answers as it does: the words that push, the rows it learned that are alike, the words of each class.

Importing this loads no model library; each function that asks a model does so when it is called.
"""

from core.explanations.explainer import Explainer, Watch
from core.explanations.integrated_gradients import IntegratedGradients
from core.explanations.lime import Lime
from core.explanations.records import (
    Alike,
    AlikeRows,
    Check,
    ClassWord,
    ClassWords,
    Explanation,
    ModelWords,
    Push,
)
from core.explanations.shap import Shap

EXPLAINERS: dict[str, Explainer] = {one.name: one for one in (IntegratedGradients(), Lime(), Shap())}

__all__ = [
    "EXPLAINERS",
    "Alike",
    "AlikeRows",
    "Check",
    "ClassWord",
    "ClassWords",
    "Explainer",
    "Explanation",
    "ModelWords",
    "Push",
    "Watch",
]
