"""What a baseline for numbers learns from, and what it gives back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.answers.number import NumberAnswers
from core.arrays import Floats

if TYPE_CHECKING:
    from core.preparation import Prepared


@dataclass(frozen=True)
class NumberRows:
    """Texts and their numbers: ids, texts and targets, one entry a row."""

    row_ids: tuple[str, ...]
    texts: tuple[str, ...]
    targets: Floats

    def __len__(self) -> int:
        return len(self.row_ids)

    def answered(self, values: Floats) -> NumberAnswers:
        """These rows with the numbers that somebody gave them."""
        return NumberAnswers(self.row_ids, self.targets, values)


@dataclass(frozen=True)
class NumberParts:
    """The rows that teach, choose and judge."""

    train: NumberRows
    validation: NumberRows
    test: NumberRows


@dataclass(frozen=True)
class BaselineAnswers:
    """A baseline's answers to the rows that choose and to those that judge; it learned from neither."""

    validation: NumberAnswers
    test: NumberAnswers

    @property
    def both(self) -> tuple[NumberAnswers, NumberAnswers | None]:
        """The answers that are judged, and those to choose by, where there are validation rows."""
        return self.test, self.validation if len(self.validation) else None


def number_parts(prepared: "Prepared") -> NumberParts:
    """A run's prepared rows, their targets as numbers in their own unit."""
    parts = (prepared.train, prepared.validation, prepared.test)
    return NumberParts(*(NumberRows(p.row_ids, p.inputs, np.array(p.targets, np.float64)) for p in parts))
