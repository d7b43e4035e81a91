"""Slices of texts: by length, and by the words in them."""

from collections.abc import Mapping

import pandas as pd

from core.inspection import Group, by_length, by_word
from dashboard.language.words import tr

HAS_OWN = True
"""Whether its columns are divided by what is in them, and not as other columns are."""


def groups(inputs: pd.Series, least: int) -> Mapping[tuple[str, str], list[Group]]:
    """Groups of texts by the feature that divides them."""
    texts = inputs.fillna("").astype(str).tolist()
    return {("length", ""): by_length(texts), ("word", ""): by_word(texts, least)}


def looked_at(looked: str, each: str) -> str:
    """Caption of the slice search: what was searched, and how that is to be read."""
    return tr(
        "{looked}: {each}, column, length and common word, and pairs of them. Whoever looks at many groups "
        "finds a bad one by luck, so the bar rises with each: where all groups are alike, anything is shown "
        "here in at most 5 of 100 datasets. A weak spot too small to clear the bar is not shown.",
        looked=looked,
        each=each,
    )


def compared_already() -> str:
    """Hint on groups that can be compared where no column names any."""
    return " " + tr("Short and long texts can be compared already.")
