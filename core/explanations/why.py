"""Dispatch of explanations, whatever the model reads: to what explains its kind of input."""

from typing import Any

from core.errors import ConfigError
from core.explanations.explain import explain
from core.explanations.pictures.explain import explain_picture
from core.explanations.records import Reason
from core.learners.base import Model
from core.learners.network import TextNetwork
from core.learners.picture_network import PictureNetwork


def why(model: Model, one: str, **how: Any) -> Reason:
    """Explains why `model` gives the input `one` its answer; `how` are `method`, `label` and `watch`, as in `explain`.

    Raises ConfigError for a model whose answers are not explained, and what `explain` and `explain_picture` raise.
    """
    if isinstance(model, TextNetwork):
        return explain(model, one, **how)
    if isinstance(model, PictureNetwork):
        return explain_picture(model, one, **how)
    raise ConfigError("Answers of this kind of model are not explained.", "Its answers can be used as they are.")
