"""Attributions for pictures: why a model answers one as it does, drawn over it as a heat map.

Importing this loads no model library.
"""

from core.explanations.pictures.explainer import PictureExplainer
from core.explanations.pictures.integrated_gradients import PictureGradients
from core.explanations.pictures.occlusion import Occlusion

PICTURE_EXPLAINERS: dict[str, PictureExplainer] = {one.name: one for one in (Occlusion(), PictureGradients())}

__all__ = ["PICTURE_EXPLAINERS", "Occlusion", "PictureExplainer", "PictureGradients"]
