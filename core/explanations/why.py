"""Dispatch of explanations, whatever the model reads: to what explains its kind of input."""

from collections.abc import Callable
from typing import Any

from core.data import Part
from core.errors import ConfigError
from core.explanations.explain import explain
from core.explanations.pictures.explain import explain_picture
from core.explanations.records import ClassChange, Reason
from core.explanations.table.changes import class_change
from core.explanations.table.explain import explain_record
from core.learners.base import Model
from core.learners.estimator import TableModel
from core.learners.network import TextNetwork
from core.learners.picture_network import PictureNetwork
from core.learners.table_network import TableNetwork


def why(model: Model, one: str, *, learned: Callable[[], Part], **how: Any) -> Reason:
    """Explains why `model` gives the input `one` its answer; `how` are `method`, `label` and `watch`, as in `explain`.

    `learned` gives the model's training rows, which records are compared with. Raises ConfigError for a model whose
    answers are not explained, and what `explain`, `explain_picture` and `explain_record` raise.
    """
    if isinstance(model, TextNetwork):
        return explain(model, one, **how)
    if isinstance(model, PictureNetwork):
        return explain_picture(model, one, **how)
    if isinstance(model, TableModel | TableNetwork):
        return explain_record(model, one, learned(), **how)
    raise ConfigError("Answers of this kind of model are not explained.", "Its answers can be used as they are.")


def change(model: Model, one: str, *, learned: Callable[[], Part], **how: Any) -> ClassChange:
    """Counterfactual of the input `one`; `how` are `may_change`, `label` and `watch`, as in `class_change`.

    Raises ConfigError for a model that reads no columns, and what `class_change` raises.
    """
    if isinstance(model, TableModel | TableNetwork):
        return class_change(model, one, learned(), **how)
    raise ConfigError("Only a record has columns that can be changed.", "Look at what pushed the answer.")
