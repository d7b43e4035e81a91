"""Cost of a run's rows, by what they are and what learns from them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import FullFineTuning, Head, Lora, ReadsPicture, ReadsText, RunConfig, Scratch
from core.quote.picture_cost import picture_cost
from core.quote.row_cost import RowCost, TextCost

if TYPE_CHECKING:
    import pandas as pd


def can_be_quoted(config: RunConfig) -> bool:
    """Whether the run's cost can be estimated beforehand: a pretrained model's, and that of a network from scratch."""
    if isinstance(config.task, ReadsText):
        return isinstance(config.learning, Head | FullFineTuning | Lora)
    return isinstance(config.task, ReadsPicture) and isinstance(config.learning, Head | FullFineTuning | Lora | Scratch)


def row_cost(
    config: RunConfig, models: Path, *, mean_tokens: float, frame: "Callable[[], pd.DataFrame]"
) -> RowCost | None:
    """Cost of one of the run's rows; None where it cannot be estimated.

    `mean_tokens` is a text's mean length after cutting; `frame` reads the rows, where they have to be looked at. Raises
    NotFound for an unknown model, ModelError where the Hub, asked for an unknown one, does not answer.
    """
    from core.models import describe

    if not can_be_quoted(config):
        return None
    model = None if isinstance(config.learning, Scratch) else describe(config.model, models)
    if isinstance(config.task, ReadsPicture):
        return picture_cost(config, frame(), models, model)
    return TextCost(model, mean_tokens) if model else None
