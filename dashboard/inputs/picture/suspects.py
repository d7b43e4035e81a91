"""Doubted labels of training pictures: what doubts them, how long that takes, and a gallery of them."""

from base64 import b64decode
from collections.abc import Sequence

import numpy as np

from core.answers import ClassAnswers
from core.apart import apart
from core.config import RunConfig
from core.inspection import Suspect
from dashboard.access.store import store
from dashboard.inputs.picture.gallery import Tile, gallery
from dashboard.inputs.picture.thumbnails import thumbnails
from dashboard.language.words import tr

AT_MOST_S = 240
MEMORY_BYTES = 2_000_000_000
FIRST = 24


def doubting() -> str:
    """Help text: what doubts the labels of each part."""
    return tr(
        "Labels of the test set are doubted by the model itself; those of the training set by the gradient-feature "
        "baseline, each by a copy that has not seen it: a model believes what it was taught."
    )


def asking() -> str:
    """Caption below the button that starts it."""
    return tr(
        "It takes ten seconds to some minutes: five small models are taught, each without a fifth of the pictures."
    )


def scores(dataset_id: str, config: RunConfig) -> ClassAnswers:
    """Out-of-fold scores of the training pictures, from the sandbox. Raises UserError where they cannot be judged."""
    told = apart(
        "core.inspection.picture_suspects:score_pictures",
        {"dataset": str(store().datasets.path(dataset_id).absolute()), "config": config.model_dump(mode="json")},
        what=tr("The training pictures"),
        at_most_s=AT_MOST_S,
        memory_bytes=MEMORY_BYTES,
    )
    labels, rows = tuple(told["labels"]), tuple(told["row_ids"])
    found = np.frombuffer(b64decode(told["scores"]), np.float32).reshape(len(rows), len(labels))
    return ClassAnswers(rows, tuple(told["targets"]), labels, found)


def shown(dataset_id: str, found: Sequence[tuple[str, Suspect]]) -> None:
    """Gallery of the most doubtful pictures, each with the label that stands there and what the model says."""
    some = found[:FIRST]
    small = thumbnails(dataset_id, [picture for picture, _ in some])
    gallery(
        [
            Tile(one, (suspect.given, tr("The model says: {label}", label=suspect.suggested)))
            for one, (_, suspect) in zip(small, some, strict=True)
        ]
    )
