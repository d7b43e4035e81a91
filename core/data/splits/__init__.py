"""Splits of rows into train, validation and test, one way a file."""

from collections.abc import Callable

import pandas as pd

from core.config import Split
from core.data.splits import first_release
from core.data.splits.given import split_as_given
from core.data.splits.group import split_by_group
from core.data.splits.random import split_at_random
from core.data.splits.time import split_by_time

SPLITS: dict[str, Callable[[pd.DataFrame, Split], pd.Series]] = {
    "random": split_at_random,
    "group": split_by_group,
    "time": split_by_time,
    "given": split_as_given,
}
"""Registry by the name in `Split.by`: from rows (id, key, unit, stratum, by, part) and settings to each row's part."""
FIRST_SPLITS: dict[str, Callable[[pd.DataFrame, Split], pd.Series]] = {
    "random": first_release.split_at_random,
    "group": first_release.split_by_group,
    "time": first_release.split_by_time,
    "given": first_release.split_as_given,
}
"""Registry of the same, drawn by whole rows."""


def split_rows(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The part of each row, as the settings ask."""
    return (FIRST_SPLITS if split.drawn_from == "rows" else SPLITS)[split.by](rows, split)
