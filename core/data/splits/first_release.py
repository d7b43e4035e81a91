"""Splits of the first release, drawn by whole rows: what was split by it stays as it is.

A mended label or a new column moves rows here, for their ids are of the whole row; see docs/adr/0023.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Split
from core.data.rows.draw import drawn, drawn_share
from core.data.splits.group import BULKY, SIDES, with_test
from core.data.splits.time import split_by_time as split_chronologically
from core.data.splits.units import give_back


def split_at_random(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The part of each row. A class too small for all parts stands in train first."""
    units = units_of(rows, split.split_seed)
    test = take(units, split.test, split.split_seed, "test")
    rest = units.drop(test)
    share = split.validation / (1 - split.test)
    validation = take(rest, share, split.split_seed, "validation") if share else rest.index[:0]
    train = rest.index.difference(validation)
    validation, test = give_back(units, train, [validation, test])
    part_of_unit = pd.Series("train", index=units.index)
    part_of_unit[validation] = "validation"
    part_of_unit[test] = "test"
    return pd.Series(part_of_unit.to_numpy()[pd.factorize(rows["key"])[0]], index=rows.index)


def split_by_group(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The part of each row; rows without a group (`by` is missing) are groups of their own."""
    groups = rows["by"].where(rows["by"].notna(), "\0" + rows["id"])
    numbers, names = pd.factorize(groups, sort=True)
    classes = pd.factorize(rows["stratum"], sort=True)[0]
    counts = pd.DataFrame({"group": numbers, "class": classes}).value_counts(sort=False).sort_index()
    sides = sides_of_groups(counts, drawn(names, split.split_seed, "groups"), split)
    return pd.Series(np.array(SIDES)[sides[numbers]], index=rows.index)


def sides_of_groups(counts: pd.Series, draw: NDArray[np.uint64], split: Split) -> NDArray[np.int64]:
    """The side of each group in the order of `draw`, each where the classes' counts come nearest to their shares.

    Only bulky groups go first, by size, since the shares could not be met after them. The others don't: all of the
    larger ones would teach, and the test would judge by small groups only.

    `counts` has the number of rows by (group, class). The distance is the sum over sides and classes of the squared
    difference between rows placed and rows wanted, over the rows of the class.
    """
    group = counts.index.get_level_values(0).to_numpy()
    of_class = counts.index.get_level_values(1).to_numpy()
    rows = counts.to_numpy().astype(float)
    totals = np.bincount(of_class, weights=rows)
    missing = np.outer([1 - split.validation - split.test, split.test, split.validation], totals)
    starts = np.searchsorted(group, np.arange(len(draw) + 1))
    sizes = np.add.reduceat(rows, starts[:-1])
    sides = np.zeros(len(draw), dtype=np.int64)
    allowed = 3 if split.validation and len(draw) > 2 else 2
    for number in np.lexsort((draw, -np.where(sizes > BULKY * sizes.sum(), sizes, 0))):
        here = slice(starts[number], starts[number + 1])
        classes, placed = of_class[here], rows[here]
        cost = ((placed - 2 * missing[:allowed, classes]) * (placed / totals[classes])).sum(axis=1)
        sides[number] = cost.argmin()
        missing[sides[number], classes] -= placed
    return with_test(sides, sizes)


def split_by_time(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The part of each row by its timestamp; rows of one moment stand in the order of their ids."""
    return split_chronologically(rows.assign(unit=""), split)


def split_as_given(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The parts as given (`part`); where none is for validation, the share asked for comes out of train."""
    parts = rows["part"].copy()
    if (parts == "validation").any() or not split.validation:
        return parts
    train = rows[parts == "train"]
    if train.empty:
        return parts
    units = units_of(train, split.split_seed)
    taken = take(units, split.validation, split.split_seed, "validation")
    (taken,) = give_back(units, units.index.difference(taken), [taken])
    is_validation = pd.Series(pd.factorize(train["key"])[0], index=train.index).isin(taken)
    parts.loc[is_validation.index[is_validation]] = "validation"
    return parts


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
