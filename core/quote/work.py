"""Compute budget of a run: floating-point operations (FLOPs) and updates of the weights."""

from dataclasses import dataclass

from core.config import Descent, RunConfig
from core.novelty import MOST_REFERENCES
from core.quote.row_cost import RowCost
from core.training.steps import resolved_epochs, updates_per_pass

FORWARDS = {"full": 3.0, "scratch": 3.0, "lora": 2.0, "frozen": 1.0, "answering": 1.0}
"""Cost of a step in forward passes: backward to the inputs is one more, to the weights one more (Kaplan 2020)."""


@dataclass(frozen=True)
class Operations:
    """FLOPs of a run by what they are for, its epochs, and its weight updates.

    `answering` is for the rows read after learning: of the test, and the training rows that the detector keeps.
    `units` are those read while learning (tokens, or pictures): of every training row, as often as it is read.
    """

    learning: float
    reading: float
    answering: float
    answered: int
    passes: int
    updates: int
    units: float

    @property
    def training(self) -> float:
        """FLOPs of the train stage: reading the rows once for the first head, then learning."""
        return self.learning + self.reading


def work(config: RunConfig, *, rows: int, test_rows: int, cost: RowCost) -> Operations:
    """Compute of the run. `rows` are those to learn from."""
    row = cost.forward
    teaching = config.learning
    trains = isinstance(teaching, Descent)
    passes = resolved_epochs(config, rows)
    watched = validation_rows(config, rows)
    answered = test_rows + min(rows, MOST_REFERENCES)
    learning = (rows * FORWARDS[config.learning.method] + watched) * row * passes if trains else 0.0
    return Operations(
        learning=learning,
        reading=(rows + watched) * row,
        answering=answered * row,
        answered=answered,
        passes=passes,
        updates=updates_per_pass(teaching, rows) * passes if isinstance(teaching, Descent) else 0,
        units=rows * cost.units * passes,
    )


def validation_rows(config: RunConfig, rows: int) -> float:
    """Estimated number of validation rows beside so many training rows."""
    share = config.split.validation
    return rows * share / (1 - share - config.split.test)
