"""Dataset loaders, called recipes: each reads the rows of one public dataset out of a package archive."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from core.scenarios.recipes import airlines, churn, courses, credit, icd10, reuters, reviews_zh, tweets

Recipe = Callable[[Path], pd.DataFrame]
"""Dataset loader: takes the archive's file; gives columns text, label (as the source calls it) or a number,
and what the split needs."""

RECIPES: dict[str, Recipe] = {
    "airlines": airlines.rows,
    "churn": churn.rows,
    "courses": courses.rows,
    "credit": credit.rows,
    "icd10": icd10.rows,
    "reuters": reuters.rows,
    "reviews_zh": reviews_zh.rows,
    "tweets": tweets.rows,
}
