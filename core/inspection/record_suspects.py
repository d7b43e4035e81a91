"""Out-of-fold scores of training records of a table, by logistic regression on their columns."""

from typing import Any

import pandas as pd

from core.answers import ClassAnswers
from core.arrays import Integers
from core.config import Linear, ReadsTable
from core.estimators.fit import quiet
from core.estimators.pipelines import pipeline
from core.inputs.table.features import features
from core.inspection.suspects import cross_validated
from core.preparation import Prepared


def out_of_fold_records(prepared: Prepared, seed: int) -> ClassAnswers:
    """Out-of-fold scores of the training rows; see `cross_validated`."""
    settings = prepared.settings
    assert isinstance(settings, ReadsTable)  # noqa: S101  # its task says that it reads tables

    def fitted(rows: pd.DataFrame, targets: Integers) -> Any:
        model = pipeline(Linear(strength=1.0), settings.columns, is_number=False, seed=seed)
        with quiet():
            return model.fit(rows, targets)

    return cross_validated(prepared, features(prepared.train.inputs, settings.columns), fitted, seed)
