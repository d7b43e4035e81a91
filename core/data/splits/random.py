"""Stratified random split: shuffled, each class in its share; rows of one text stay together."""

import pandas as pd

from core.config import Split
from core.data.splits.units import give_back, take, units_of


def split_at_random(rows: pd.DataFrame, split: Split, seed: int) -> pd.Series:
    """The part of each row. A class too small for all parts stands in train first."""
    units = units_of(rows, seed)
    test = take(units, split.test, seed, "test")
    rest = units.drop(test)
    validation = (
        take(rest, split.validation / (1 - split.test), seed, "validation") if split.validation else rest.index[:0]
    )
    train = rest.index.difference(validation)
    validation, test = give_back(units, train, [validation, test])
    part_of_unit = pd.Series("train", index=units.index)
    part_of_unit[validation] = "validation"
    part_of_unit[test] = "test"
    return pd.Series(part_of_unit.to_numpy()[pd.factorize(rows["key"])[0]], index=rows.index)
