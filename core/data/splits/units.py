"""Takes a share of the rows, each class in its share, where some rows must stay together."""

import numpy as np
import pandas as pd

from core.data.draw import drawn, drawn_share


def units_of(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """One line a text: its rows, its first answer and a number drawn for it; `rows` has `id`, `key` and `target`."""
    numbered = pd.DataFrame(
        {
            "unit": pd.factorize(rows["key"])[0],
            "target": pd.factorize(rows["target"], sort=True)[0],
            "draw": drawn(rows["id"], seed, "split"),
        }
    )
    first = numbered.sort_values(["unit", "draw"]).groupby("unit").first()
    return first.assign(size=numbered.groupby("unit").size())


def take(units: pd.DataFrame, share: float, seed: int, purpose: str) -> pd.Index:
    """The units of a part: about this share of the rows of each class, at least one unit.

    Goes through the units class by class, in drawn order, and takes one each time the share of the rows passed
    grows by a whole row (systematic sampling), so each class's count is within one of its exact share.
    """
    ordered = units.sort_values(["target", "draw"])
    passed = ordered["size"].cumsum() * share + drawn_share(seed, purpose)
    is_taken = np.floor(passed) > np.floor(passed - ordered["size"] * share)
    if share > 0 and not is_taken.any() and len(ordered) > 1:
        largest = ordered["target"].value_counts().index[0]
        is_taken.loc[ordered.index[ordered["target"] == largest][0]] = True
    taken: pd.Index = ordered.index[is_taken]
    return taken


def give_back(units: pd.DataFrame, train: pd.Index, others: list[pd.Index]) -> list[pd.Index]:
    """The other parts, each without one unit of every class that would otherwise be missing in train."""
    missing = set(units["target"]) - set(units.loc[train, "target"])
    kept = []
    for part in others:
        chosen = units.loc[part]
        returned = chosen[chosen["target"].isin(missing)].drop_duplicates("target")
        missing -= set(returned["target"])
        kept.append(part.difference(returned.index, sort=False))
    return kept
