"""Stratified random split: each class in its share; rows of one unit stay together."""

import pandas as pd

from core.config import Split
from core.data.splits.units import give_back, take, units_of


def split_at_random(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The part of each row. A class too small for all parts stands in train first."""
    units = units_of(rows, split)
    test = take(units, split.test, split, "test")
    rest = units.drop(test)
    validation = take(rest, split.validation / (1 - split.test), split, "validation")
    train = rest.index.difference(validation)
    validation, test = give_back(units, train, [validation[::-1], test[::-1]])
    part_of_unit = pd.Series("train", index=units.index)
    part_of_unit[validation] = "validation"
    part_of_unit[test] = "test"
    return rows["unit"].map(part_of_unit)
