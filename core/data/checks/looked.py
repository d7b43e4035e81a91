"""Input of the data checks: the chosen columns, normalised as training will normalise them."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from core.config import RunConfig
from core.data.labels.alike import alike
from core.data.mends import Mend, Offer, offer
from core.data.rows.clean import applied, is_blank
from core.data.rows.columns import plain
from core.data.rows.values import as_text
from core.data.splits.given import parts_of

if TYPE_CHECKING:
    from core.inputs.base import Inputs
    from core.models.characters import Characters
    from core.targets.base import Targets

MOST_SPELLINGS = 20_000


@dataclass(frozen=True)
class Looked:
    """Rows and settings whose columns exist. Series are indexed 0, 1, 2, ... as the rows stand in the file."""

    frame: pd.DataFrame
    config: RunConfig
    inputs: "Inputs"
    targets: "Targets"
    reads: "Characters | None" = None
    """Characters that the chosen model knows; None where that is not known."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the inputs."""
        return self.inputs.columns(self.config.task)

    @property
    def column(self) -> str:
        """The column of inputs that stand in one, else the first of them."""
        return self.columns[0]

    @cached_property
    def raw_input(self) -> pd.Series:
        """The inputs as they are in the file, missing ones empty."""
        return self.inputs.cells(self.frame, self.config.task)

    @cached_property
    def raw_target(self) -> pd.Series:
        """The answers as they are in the file, missing ones empty."""
        return plain(self.frame[self.config.task.target])

    @cached_property
    def input(self) -> pd.Series:
        """The inputs as training reads them."""
        return self._normal(self.inputs, self.raw_input)

    @cached_property
    def read_target(self) -> tuple[pd.Series, tuple[str, ...]]:
        """The targets as their kind reads them, and sentences on how."""
        return self.targets.read(self.frame[self.config.task.target])

    @cached_property
    def target(self) -> pd.Series:
        """The answers as training reads them."""
        return self._normal(self.targets, self.read_target[0])

    def _normal(self, kind: "Inputs | Targets", column: pd.Series) -> pd.Series:
        tidying = kind.tidying.get("normalise")
        return applied(tidying, column) if tidying and self.config.preparation.normalise else column

    @cached_property
    def blank_input(self) -> pd.Series:
        """Whether there is nothing to read in each input."""
        return self.inputs.is_blank(self.input)

    @cached_property
    def blank_target(self) -> pd.Series:
        """Whether each answer is blank."""
        return is_blank(self.target)

    @cached_property
    def used(self) -> pd.Series:
        """Whether each row has what training needs: an answer and, unless blanks are kept, an input."""
        return ~self.blank_target & (~self.blank_input | (not self.config.preparation.drop_blanks))

    @cached_property
    def key(self) -> pd.Series:
        """Deduplication key of each row: what equal inputs share."""
        return self.inputs.keys(self.raw_input, self.frame)

    @cached_property
    def different(self) -> pd.DataFrame:
        """Deduplicated input and target of the used rows; with exact duplicates where the settings keep them."""
        rows = pd.DataFrame({"input": self.input, "target": self.target})[self.used]
        return rows.drop_duplicates() if self.config.preparation.drop_duplicates else rows

    @cached_property
    def class_sizes(self) -> pd.Series:
        """Class counts, the largest first."""
        return self.different["target"].value_counts()

    @cached_property
    def raw_sizes(self) -> dict[str, int]:
        """Rows by target as it stands in the file, missing ones aside, in the order of the file."""
        return Counter(cell for cell in self.raw_target if cell)

    @cached_property
    def spellings(self) -> list[tuple[str, ...]]:
        """Groups of targets, as they stand in the file, that a reader takes for one; none where there are too many."""
        return alike(self.raw_sizes) if len(self.raw_sizes) <= MOST_SPELLINGS else []

    def offer(self, mend: Mend) -> Offer:
        """The offer to mend these rows so."""
        return offer(self.frame, mend)

    @cached_property
    def split_values(self) -> pd.Series:
        """The split column as text, NA where missing."""
        return as_text(self.frame[self.config.split.column]).reset_index(drop=True)

    @cached_property
    def parts(self) -> pd.Series:
        """The part that each row is given: train, validation, test, or empty."""
        return parts_of(self.split_values)
