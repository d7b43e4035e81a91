"""A made-up table with missing values and two kinds of targets, prepared as a run prepares it."""

from functools import cache

import numpy as np
import pandas as pd

from core.config import RunConfig, make_config
from core.preparation import Prepared, prepare

COLUMNS = {"age": "number", "income": "number", "town": "class", "member": "yes_no", "since": "date"}
ROWS = 500


@cache
def frame() -> pd.DataFrame:
    """Rows whose target hangs on all columns; a tenth of the ages and towns are missing."""
    chance = np.random.default_rng(3)
    age, income = chance.normal(45, 12, ROWS).round(), chance.lognormal(10, 0.5, ROWS).round(2)
    town = chance.choice(["Lyon", "Köln", "Graz"], ROWS)
    member, day = chance.random(ROWS) < 0.4, chance.integers(0, 900, ROWS)
    score = 0.04 * (age - 45) + (town == "Graz") - member + day / 900 + chance.normal(0, 0.7, ROWS)
    rows = pd.DataFrame(
        {
            "age": pd.Series(age, dtype="Float64"),
            "income": income,
            "town": pd.Series(town, dtype="str"),
            "member": np.where(member, "yes", "no"),
            "since": (pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
            "bought": np.where(score > 0.4, "yes", "no"),
            "spent": (100 + 20 * score).round(3),
        }
    )
    rows.loc[chance.random(ROWS) < 0.1, "age"] = pd.NA
    rows.loc[chance.random(ROWS) < 0.1, "town"] = None
    return rows


def config_for(target: str, **more: object) -> RunConfig:
    """Settings that read the columns for the class `bought`, or for the number `spent`."""
    task = "table-classification" if target == "bought" else "table-regression"
    named = {"task.task": task, "task.columns": COLUMNS, "task.target": target}
    return make_config(**{"split.test": 0.2, **named, **more})


@cache
def prepared_for(target: str, validation: float = 0.2) -> Prepared:
    """The rows as a run with these settings prepares them."""
    return prepare(frame(), config_for(target, **{"split.validation": validation}))
