"""Out-of-fold scores of training pictures, by logistic regression on gradient features; for the sandbox.

torch comes with this module, before the sandbox limits itself.
"""

from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np

import core.inputs.picture.encoded  # noqa: F401  # brings torch
from core.sandbox import more_time
from core.baselines.pictures import FIRST_STRENGTH, GRADIENTS, Scaler, fit
from core.config import RunConfig
from core.inputs.picture import shelf
from core.inspection.suspects import cross_validated
from core.preparation import prepare


def score_pictures(dataset: str, config: dict[str, Any]) -> dict[str, Any]:
    """The fields of the ClassAnswers for the training rows of a run; the scores are float32 in base64."""
    more_time()
    settings = RunConfig.model_validate(config)
    with shelf.rows_of(Path(dataset)) as frame:
        prepared = prepare(frame, settings)
        pictures = prepared.train.inputs
        look = GRADIENTS.look(pictures, shelf.read)
        features = GRADIENTS.of(pictures, np.arange(len(pictures)), shelf.read, look)
    points = Scaler(features)(features)
    found = cross_validated(
        prepared, points, lambda some, targets: fit(some, targets, FIRST_STRENGTH, settings.seed), settings.seed
    )
    return {
        "row_ids": found.row_ids,
        "targets": found.targets,
        "labels": found.labels,
        "scores": b64encode(found.scores.tobytes()).decode(),
    }
