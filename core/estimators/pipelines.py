"""Pipelines of scikit-learn for a table's features: each kind of column prepared as its estimator wants it.

For linear models numbers are imputed by the median with a flag, then standardised, and classes one-hot encoded. Trees
take numbers as they are, with NaN where one is missing, and classes as codes. A class that training has not seen counts
as none of those that are known; a missing one is a class of its own, where training has seen one.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.config import Boosted, Estimator, Forest, Linear
from core.config.tasks import KNOWN_LOSSES, CellKind
from core.inputs.table.features import MOST_CLASSES, FeatureNames, feature_names

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

UNKNOWN = -1
"""Code of an unknown class for a forest, whose trees take no NaN that training has not seen."""
PASSES = 1_000


def pipeline(
    learning: Estimator,
    columns: Mapping[str, CellKind],
    *,
    is_number: bool,
    seed: int,
    loss: str = "mse",
    balanced: bool = False,
) -> "Pipeline":
    """Unfitted pipeline from a table's features to a class, or to a number.

    `balanced` gives each class the same weight; `loss` is one of LearnsNumber's.
    """
    from sklearn.pipeline import Pipeline

    names = feature_names(columns)
    weights = "balanced" if balanced else None
    match learning:
        case Linear():
            prepared, model = one_hot(names), _linear(learning, is_number, weights)
        case Boosted():
            prepared, model = coded(names, np.nan), _boosted(learning, names, is_number, seed, loss, weights)
        case Forest():
            prepared, model = coded(names, UNKNOWN), _forest(learning, is_number, seed, weights)
        case _:
            raise TypeError(learning)
    return Pipeline([("columns", prepared), ("model", model)])


def one_hot(names: FeatureNames) -> "ColumnTransformer":
    """Standardised numbers and one-hot classes."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    numbers = Pipeline([("impute", imputer), ("scale", StandardScaler())])
    classes = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MOST_CLASSES)
    return ColumnTransformer(_parts(names, numbers, classes))


def coded(names: FeatureNames, unknown: float) -> "ColumnTransformer":
    """Numbers as they are and classes as codes, in this order."""
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OrdinalEncoder

    classes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=unknown, max_categories=MOST_CLASSES, dtype=np.float64
    )
    return ColumnTransformer(_parts(names, "passthrough", classes))


def _parts(names: FeatureNames, numbers: Any, classes: Any) -> list[tuple[str, Any, list[str]]]:
    found = [("numbers", numbers, list(names.numbers)), ("classes", classes, list(names.classes))]
    return [part for part in found if part[2]]


def _linear(learning: Linear, is_number: bool, weights: str | None) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    strength = learning.strength or 1.0
    if is_number:
        return Ridge(alpha=strength)
    return LogisticRegression(C=1 / strength, max_iter=PASSES, class_weight=weights)


def _boosted(learning: Boosted, names: FeatureNames, is_number: bool, seed: int, loss: str, weights: str | None) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    first = len(names.numbers)
    about = {
        "learning_rate": learning.shrinkage,
        "max_iter": learning.trees or most_trees(learning),
        "max_leaf_nodes": learning.max_leaves,
        "min_samples_leaf": learning.leaf_rows,
        "categorical_features": list(range(first, first + len(names.classes))) or None,
        "early_stopping": False,
        "random_state": seed,
    }
    if is_number:
        return HistGradientBoostingRegressor(loss=KNOWN_LOSSES.get(loss, "squared_error"), **about)
    return HistGradientBoostingClassifier(class_weight=weights, **about)


def most_trees(learning: Boosted) -> int:
    """Most trees that are tried, where the validation rows choose."""
    return max(50, round(30 / learning.shrinkage))


def _forest(learning: Forest, is_number: bool, seed: int, weights: str | None) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    about = {
        "n_estimators": learning.trees,
        "min_samples_leaf": learning.leaf_rows,
        "n_jobs": -1,
        "random_state": seed,
    }
    if is_number:
        return RandomForestRegressor(max_features=1 / 3, **about)
    return RandomForestClassifier(class_weight=weights, **about)
