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


def split_by_group(rows: pd.DataFrame, split: Split, seed: int) -> pd.Series:
    """The part of each row; rows without a group (`by` is missing) are groups of their own."""
    groups = rows["by"].where(rows["by"].notna(), "\0" + rows["id"])
    numbers, names = pd.factorize(groups, sort=True)
    classes = pd.factorize(rows["stratum"], sort=True)[0]
    counts = pd.DataFrame({"group": numbers, "class": classes}).value_counts(sort=False).sort_index()
    sides = sides_of_groups(counts, drawn(names, seed, "groups"), split)
    return pd.Series(np.array(SIDES)[sides[numbers]], index=rows.index)


def group_names(column: pd.Series) -> pd.Series:
    """The group of each row, missing where there is none; spaces around a name do not make another group."""
    names = as_text(column).str.strip()
    return names.mask(names == "")


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


def with_test(sides: NDArray[np.int64], sizes: NDArray[np.float64]) -> NDArray[np.int64]:
    """The same sides, with the smallest group in the test where it would have none."""
    if len(sides) > 1 and not (sides == SIDES.index("test")).any():
        sides[sizes.argmin()] = SIDES.index("test")
    return sides
