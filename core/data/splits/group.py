"""Stratified group split: rows of one group stay on one side, the classes' shares as even as whole groups allow."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Split
from core.data.rows.draw import drawn
from core.data.rows.values import as_text

SIDES = ("train", "test", "validation")

BULKY = 0.05
"""Share of all rows above which a group finds its side before the others do."""


def split_by_group(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The part of each row; rows without a group (`by` is missing) are groups of their own."""
    names = rows["by"].where(rows["by"].notna(), "\0" + rows["unit"])
    counts = pd.DataFrame({"group": names, "stratum": rows["stratum"]}).value_counts(sort=False).sort_index()
    sides = sides_of_groups(counts, split)
    return names.map(pd.Series(np.array(SIDES)[sides], index=sides.index))


def group_names(column: pd.Series) -> pd.Series:
    """The group of each row, missing where there is none; spaces around a name do not make another group."""
    names = as_text(column).str.strip()
    return names.mask(names == "")


def sides_of_groups(counts: pd.Series, split: Split) -> pd.Series:
    """The side of each group, an index into SIDES, from the number of rows by (group, stratum).

    Bulky groups go first, by size, each where the shares of the strata come nearest; after the others they could not
    be met. The others stand with those of their commonest stratum: of each, the groups with the smallest numbers are
    the test, the next ones validation. So a row that comes or goes moves none but those at the edge.
    """
    sizes = counts.groupby(level="group").sum()
    totals = counts.groupby(level="stratum").sum()
    missing = pd.DataFrame(np.outer(totals, (1 - split.validation - split.test, split.test, split.validation)))
    missing.index = totals.index
    rows, sides = sizes.to_numpy(), np.zeros(len(sizes), np.int64)
    is_bulky = rows > BULKY * rows.sum()
    allowed = 3 if split.validation and len(sizes) > 2 else 2
    for number in np.flatnonzero(is_bulky)[np.argsort(-rows[is_bulky], kind="stable")]:
        placed = counts[sizes.index[number]]
        wanted = missing.loc[placed.index].to_numpy()[:, :allowed]
        share = (placed / totals[placed.index]).to_numpy()
        sides[number] = ((placed.to_numpy()[:, None] - 2 * wanted) * share[:, None]).sum(axis=0).argmin()
        missing.loc[placed.index, sides[number]] -= placed
    if not is_bulky.all():
        small = counts[counts.index.isin(sizes.index[~is_bulky], level="group")]
        sides[~is_bulky] = _sides_of_small(small, missing, split)
    return pd.Series(with_test(sides, rows), index=sizes.index)


def _sides_of_small(counts: pd.Series, missing: pd.DataFrame, split: Split) -> NDArray[np.int64]:
    """The sides of groups that are not bulky, in their names' order; `missing` (strata, sides) are still wanted."""
    sizes = counts.groupby(level="group").sum()
    commonest = counts.sort_values(ascending=False, kind="stable").reset_index().drop_duplicates("group")
    stratum = commonest.set_index("group")["stratum"][sizes.index].to_numpy()
    draw = drawn(sizes.index, split.split_seed, "groups")
    shares = missing.clip(lower=0.0).div(missing.clip(lower=0.0).sum(axis=1).clip(lower=1e-9), axis=0)
    sides, rows, owed = np.zeros(len(sizes), np.int64), sizes.to_numpy(), np.zeros(len(SIDES))
    strata = np.unique(stratum)
    for name in strata[np.argsort(drawn(strata, split.split_seed, "strata"))]:
        groups = np.flatnonzero(stratum == name)
        groups = groups[np.argsort(draw[groups], kind="stable")]
        begin = 0
        for side in (SIDES.index("test"), SIDES.index("validation")):
            wanted = owed[side] + rows[groups].sum() * shares.loc[name, side]
            reached = np.concatenate(([0], np.cumsum(rows[groups[begin:]])))
            end = int(np.abs(reached - wanted).argmin())
            sides[groups[begin : begin + end]] = side
            owed[side] = wanted - reached[end]
            begin += end
    return sides


def with_test(sides: NDArray[np.int64], sizes: NDArray[np.number]) -> NDArray[np.int64]:
    """The same sides, with the smallest group in the test where it would have none."""
    if len(sides) > 1 and not (sides == SIDES.index("test")).any():
        sides[sizes.argmin()] = SIDES.index("test")
    return sides
