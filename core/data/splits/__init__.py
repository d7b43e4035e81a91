"""Splits of rows into train, validation and test, one way a file."""

from collections.abc import Callable

import pandas as pd

from core.config import Split
from core.data.splits.given import split_as_given
from core.data.splits.group import split_by_group
from core.data.splits.random import split_at_random
from core.data.splits.time import split_by_time

SPLITS: dict[str, Callable[[pd.DataFrame, Split, int], pd.Series]] = {
    "random": split_at_random,
    "group": split_by_group,
    "time": split_by_time,
    "given": split_as_given,
}
"""Registry by the name in `Split.by`: from rows (id, key, stratum, by, part), settings and seed to each row's part."""
