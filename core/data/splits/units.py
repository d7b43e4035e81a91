"""Stratified sampling of units: a share of each class, where some rows must stay together."""

import numpy as np
import pandas as pd

from core.data.rows.draw import drawn, drawn_share


def units_of(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Sampling units, one line a text: its stratum and a number drawn for it; `rows` has `id`, `key` and `stratum`."""
    numbered = pd.DataFrame(
        {
            "unit": pd.factorize(rows["key"])[0],
            "stratum": pd.factorize(rows["stratum"], sort=True)[0],
            "draw": drawn(rows["id"], seed, "split"),
        }
    )
    return numbered.sort_values(["unit", "draw"]).drop_duplicates("unit").set_index("unit")


def take(units: pd.DataFrame, share: float, seed: int, purpose: str) -> pd.Index:
    """Stratified sample of the units: this share of each class, to within one unit; at least one in all.

    Goes through the units class by class, in drawn order, and takes one each time the share of the units passed
    grows by a whole one (systematic sampling).
    """
    ordered = units.sort_values(["stratum", "draw"])
    passed = np.floor(np.arange(len(ordered) + 1) * share + drawn_share(seed, purpose))
    is_taken = passed[1:] > passed[:-1]
    if share > 0 and not is_taken.any() and len(ordered) > 1:
        largest = ordered["stratum"].value_counts().index[0]
        is_taken[(ordered["stratum"] == largest).to_numpy().argmax()] = True
    taken: pd.Index = ordered.index[is_taken]
    return taken


def give_back(units: pd.DataFrame, train: pd.Index, others: list[pd.Index]) -> list[pd.Index]:
    """The other parts, each without one unit of every class that would otherwise be missing in train."""
    missing = set(units["stratum"]) - set(units.loc[train, "stratum"])
    kept = []
    for part in others:
        chosen = units.loc[part]
        returned = chosen[chosen["stratum"].isin(missing)].drop_duplicates("stratum")
        missing -= set(returned["stratum"])
        kept.append(part.difference(returned.index, sort=False))
    return kept
