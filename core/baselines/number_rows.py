"""Regression rows that baselines learn from, and the predictions they give back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.answers.number import NumberAnswers
from core.arrays import Floats
from core.data.splits.parts import thinned

if TYPE_CHECKING:
    from core.preparation import Prepared


@dataclass(frozen=True)
class NumberRows:
    """Rows for regression: ids, texts and targets, one entry a row."""

    row_ids: tuple[str, ...]
    texts: tuple[str, ...]
    targets: Floats

    def __len__(self) -> int:
        return len(self.row_ids)

    def answered(self, values: Floats) -> NumberAnswers:
        """Predictions for these rows from the values given."""
        return NumberAnswers(self.row_ids, self.targets, values)


@dataclass(frozen=True)
class NumberParts:
    """Training, validation and test rows."""

    train: NumberRows
    validation: NumberRows
    test: NumberRows


@dataclass(frozen=True)
class BaselineAnswers:
    """A baseline's predictions for the validation and the test rows; it learned from neither."""

    validation: NumberAnswers
    test: NumberAnswers

    @property
    def both(self) -> tuple[NumberAnswers, NumberAnswers | None]:
        """Test predictions, and those for the validation rows that are kept, where there are any."""
        rows = len(self.validation)
        return self.test, self.validation.take(thinned(rows)) if rows else None


def number_parts(prepared: "Prepared") -> NumberParts:
    """A run's prepared rows, their targets as numbers in their own unit."""
    parts = (prepared.train, prepared.validation, prepared.test)
    return NumberParts(*(NumberRows(p.row_ids, p.inputs, np.array(p.targets, np.float64)) for p in parts))
