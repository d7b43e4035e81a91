"""Slices of tables: the columns that are read divide the rows as all other columns do."""

from collections.abc import Mapping

import pandas as pd

from core.inspection import Group
from dashboard.language.words import tr

HAS_OWN = False
"""Whether its columns are divided by what is in them, and not as other columns are."""


def groups(_inputs: pd.Series, _least: int) -> Mapping[tuple[str, str], list[Group]]:
    """No groups beside those of the columns."""
    return {}


def looked_at(looked: str, each: str) -> str:
    """Caption of the slice search: what was searched, and how that is to be read."""
    return tr(
        "{looked}: {each} and column, and pairs of them. Whoever looks at many groups finds a bad one by luck, so the "
        "bar rises with each: where all groups are alike, anything is shown here in at most 5 of 100 datasets. A weak "
        "spot too small to clear the bar is not shown.",
        looked=looked,
        each=each,
    )


def compared_already() -> str:
    """Hint on groups that can be compared where no column names any: "" for tables."""
    return ""
