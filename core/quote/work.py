"""Compute budget of a run: floating-point operations (FLOPs) and updates of the weights."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config import Descent, RunConfig
from core.novelty import MOST_REFERENCES
from core.training.steps import resolved_epochs, updates_per_pass

if TYPE_CHECKING:
    from core.models import ModelInfo

FORWARDS = {"full": 3.0, "scratch": 3.0, "lora": 2.0, "frozen": 1.0, "answering": 1.0}
"""Cost of a step in forward passes: backward to the inputs is one more, to the weights one more (Kaplan 2020)."""


@dataclass(frozen=True)
class Operations:
    """FLOPs of a run by what they are for, its epochs, and its weight updates.

    `answering` is for the rows read after learning: of the test, and the training rows that the detector keeps.
    `tokens` are those read while learning: of every training row, as often as it is read.
    """

    learning: float
    reading: float
    answering: float
    answered: int
    passes: int
    updates: int
    tokens: float

    @property
    def training(self) -> float:
        """FLOPs of the train stage: reading the rows once for the first head, then learning."""
        return self.learning + self.reading


def working_weights(model: "ModelInfo") -> float:
    """Non-embedding parameters, at work for every token: 12 x hidden² x layers in a transformer (Kaplan 2020)."""
    blocks = 12.0 * model.hidden_size**2 * model.layers
    return min(blocks, model.parameters) if blocks else float(model.parameters)


def forward(model: "ModelInfo", tokens: float) -> float:
    """FLOPs of a forward pass for one token of a text of that many: two a weight, and attention to the others."""
    return 2 * working_weights(model) + 4 * tokens * model.hidden_size * model.layers


def work(config: RunConfig, *, rows: int, test_rows: int, mean_tokens: float, model: "ModelInfo") -> Operations:
    """Compute of the run. `rows` are those to learn from, `mean_tokens` their mean length after cutting."""
    text = mean_tokens * forward(model, mean_tokens)
    teaching = config.learning
    trains = isinstance(teaching, Descent)
    passes = resolved_epochs(config, rows)
    watched = validation_rows(config, rows)
    answered = test_rows + min(rows, MOST_REFERENCES)
    learning = (rows * FORWARDS[config.learning.method] + watched) * text * passes if trains else 0.0
    return Operations(
        learning=learning,
        reading=(rows + watched) * text,
        answering=answered * text,
        answered=answered,
        passes=passes,
        updates=updates_per_pass(teaching, rows) * passes if isinstance(teaching, Descent) else 0,
        tokens=rows * mean_tokens * passes,
    )


def validation_rows(config: RunConfig, rows: int) -> float:
    """Estimated number of validation rows beside so many training rows."""
    share = config.split.validation
    return rows * share / (1 - share - config.split.test)
