"""Doubted labels of training records: what doubts them, and how long that takes."""

from collections.abc import Sequence

from core.answers import ClassAnswers
from core.config import RunConfig
from core.inspection import Suspect
from core.inspection.record_suspects import out_of_fold_records
from core.preparation import prepare
from dashboard.cached.known import frame_of
from dashboard.language.words import tr


def doubting() -> str:
    """Help text: what doubts the labels of each part."""
    return tr(
        "Labels of the test set are doubted by the model itself; those of the training set by a logistic regression, "
        "each by a copy that has not read it: a model believes what it was taught."
    )


def asking() -> str:
    """Caption below the button that starts it."""
    return tr("It takes some seconds: five small models are taught, each without a fifth of the rows.")


def scores(dataset_id: str, config: RunConfig) -> ClassAnswers:
    """Out-of-fold scores of the training rows. Raises UserError where they cannot be judged."""
    return out_of_fold_records(prepare(frame_of(dataset_id), config), config.seed)


def shown(_dataset_id: str, _found: Sequence[tuple[str, Suspect]]) -> None:
    """Draws nothing: the table holds the values."""
