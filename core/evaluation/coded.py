"""Label encoding of answers: each label an index, so that counting is fast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.errors import DatasetError, ModelError


@dataclass(frozen=True)
class Coded:
    """Label-encoded targets and answers, as indices into `labels`.

    `labels` begins with the labels that the model knows, in the order of the scores' columns; labels that stand only
    in the targets follow, sorted. `scores` has shape (rows, known).
    """

    labels: tuple[str, ...]
    known: int
    targets: Integers
    answers: Integers
    scores: Floats

    @property
    def rows(self) -> int:
        """How many test rows there are."""
        return len(self.targets)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Boolean mask of the rows with the right answer."""
        return np.equal(self.targets, self.answers)

    @property
    def lacks_a_class(self) -> bool:
        """Whether some class that the model knows has no row, so that a mean over classes is not what it is called."""
        return bool((np.bincount(self.targets, minlength=self.known)[: self.known] == 0).any())


def code(predictions: ClassAnswers) -> Coded:
    """Label-encodes the predictions. Raises DatasetError without rows, ModelError with scores that are not numbers."""
    if not predictions.targets:
        raise DatasetError("There are no test rows to judge on.", "Give the test part at least one row.")
    wrong = int((~np.isfinite(predictions.scores)).any(axis=1).sum())
    if wrong:
        raise ModelError(
            f"The model's scores are not numbers in {wrong} of {len(predictions.targets)} test rows.",
            "Training has probably diverged. Lower the learning rate and try again.",
        )
    known = predictions.labels
    unseen = sorted(set(predictions.targets).difference(known))
    labels = (*known, *unseen)
    index = {label: i for i, label in enumerate(labels)}
    return Coded(
        labels=labels,
        known=len(known),
        targets=np.fromiter(map(index.__getitem__, predictions.targets), np.int64, len(predictions.targets)),
        answers=predictions.scores.argmax(axis=1),
        scores=predictions.scores.astype(np.float64),
    )
