"""The rows as every check sees them: the chosen columns, tidied as training will tidy them."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.config import RunConfig
from core.data.clean import applied, is_blank, key_of, normal
from core.data.splits.given import parts_of
from core.data.values import as_text, cells


@dataclass(frozen=True)
class Looked:
    """Rows and settings whose columns exist. Series are indexed 0, 1, 2, ... as the rows stand in the file."""

    frame: pd.DataFrame
    config: RunConfig

    @cached_property
    def raw_text(self) -> pd.Series:
        """The texts as they are in the file, missing ones empty."""
        return pd.Series([cell or "" for cell in cells(self.frame[self.config.task.text])], dtype=object)

    @cached_property
    def raw_target(self) -> pd.Series:
        """The answers as they are in the file, missing ones empty."""
        return pd.Series([cell or "" for cell in cells(self.frame[self.config.task.target])], dtype=object)

    @cached_property
    def text(self) -> pd.Series:
        """The texts as training reads them."""
        return applied(normal, self.raw_text) if self.config.preparation.normalise else self.raw_text

    @cached_property
    def target(self) -> pd.Series:
        """The answers as training reads them."""
        return applied(normal, self.raw_target) if self.config.preparation.normalise else self.raw_target

    @cached_property
    def blank_text(self) -> pd.Series:
        """Whether each text is blank."""
        return is_blank(self.text)

    @cached_property
    def blank_target(self) -> pd.Series:
        """Whether each answer is blank."""
        return is_blank(self.target)

    @cached_property
    def used(self) -> pd.Series:
        """Whether each row has what training needs: an answer and, unless blanks are kept, a text."""
        return ~self.blank_target & (~self.blank_text | (not self.config.preparation.drop_blanks))

    @cached_property
    def key(self) -> pd.Series:
        """What equal texts share."""
        return applied(key_of, self.raw_text)

    @cached_property
    def different(self) -> pd.DataFrame:
        """Text and target of the used rows, exact duplicates once where the settings leave them out."""
        rows = pd.DataFrame({"text": self.text, "target": self.target})[self.used]
        return rows.drop_duplicates() if self.config.preparation.drop_duplicates else rows

    @cached_property
    def class_sizes(self) -> pd.Series:
        """How many rows each class has, the largest first."""
        return self.different["target"].value_counts()

    @cached_property
    def split_values(self) -> pd.Series:
        """The split column as text, NA where missing."""
        return as_text(self.frame[self.config.split.column]).reset_index(drop=True)

    @cached_property
    def parts(self) -> pd.Series:
        """The part that each row is given: train, validation, test, or empty."""
        return parts_of(self.split_values)
