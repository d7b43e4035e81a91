"""Stratified sampling of units: a share of each class, where some rows must stay together.

A unit takes the smallest numbers of its stratum, and its number is a hash of what it is. So a row that comes, goes or
changes its stratum moves no other one, but for those at the very edge.
"""

import numpy as np
import pandas as pd

from core.config import Split
from core.data.rows.draw import drawn


def units_of(rows: pd.DataFrame, split: Split) -> pd.DataFrame:
    """Sampling units by name, with a stratum and a number drawn for each; `rows` has `unit` and `stratum`."""
    units = rows[["unit", "stratum"]].sort_values(["unit", "stratum"]).drop_duplicates("unit").set_index("unit")
    return units.assign(draw=drawn(units.index, split.split_seed, "split"))


def take(units: pd.DataFrame, share: float, split: Split, part: str) -> pd.Index:
    """Stratified sample of the units: those of each class with the smallest numbers, in its share; at least one in all.

    A share that is no whole number is rounded up or down by a number drawn for the class.
    """
    ordered = units.sort_values(["stratum", "draw"])
    names = ordered["stratum"].unique()
    rounding = pd.Series(drawn(names, split.split_seed, f"rounding of {part}") / 2.0**64, index=names)
    strata = ordered.groupby("stratum", sort=False)["draw"]
    wanted = np.floor(strata.transform("size") * share + ordered["stratum"].map(rounding))
    is_taken = (strata.cumcount() < wanted).to_numpy(copy=True)
    if share > 0 and not is_taken.any() and len(ordered) > 1:
        largest = ordered["stratum"].value_counts().index[0]
        is_taken[(ordered["stratum"] == largest).to_numpy().argmax()] = True
    taken: pd.Index = ordered.index[is_taken]
    return taken


def give_back(units: pd.DataFrame, train: pd.Index, others: list[pd.Index]) -> list[pd.Index]:
    """The other parts, each without its first unit of every class that would otherwise be missing in train."""
    missing = set(units["stratum"]) - set(units.loc[train, "stratum"])
    kept = []
    for part in others:
        chosen = units.loc[part]
        returned = chosen[chosen["stratum"].isin(missing)].drop_duplicates("stratum")
        missing -= set(returned["stratum"])
        kept.append(part.difference(returned.index, sort=False))
    return kept
