"""ClassReplies: the predictor's response for class answers."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class ClassReplies:
    """Probabilities of shape (rows, labels), columns in the order of `labels`.

    `said` is each row's answer under the run's decision: a label, or None where a person should answer. Empty: the
    likeliest label is the answer. `cut` are the rows that are longer than the model reads; `problems` say why a row
    could not be read, whose scores are NaN then. `unlike` says whether a row is unlike the training rows, None where
    the model does not tell.
    """

    kind: ClassVar[str] = "class"

    labels: tuple[str, ...]
    scores: np.ndarray
    said: tuple[str | None, ...] = ()
    cut: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    unlike: tuple[bool | None, ...] = ()

    @property
    def best(self) -> tuple[str, ...]:
        """The likeliest label of each row."""
        return tuple(self.labels[i] for i in self.scores.argmax(axis=1))

    @property
    def answers(self) -> tuple[str | None, ...]:
        """What is answered: a label, or None where a person should."""
        return self.said or self.best


def replies(found: dict[str, Any]) -> ClassReplies:
    """The predictor's JSON as replies."""
    labels = tuple(found["labels"])
    scores = [[row["scores"].get(label, np.nan) for label in labels] for row in found["predictions"]]
    said = tuple(row["label"] for row in found["predictions"])
    cut = tuple(row.get("unread", "") for row in found["predictions"])
    problems = tuple(row.get("problem", "") for row in found["predictions"])
    unlike = tuple(row.get("is_unlike") for row in found["predictions"])
    return ClassReplies(labels, np.asarray(scores, dtype=float).reshape(-1, len(labels)), said, cut, problems, unlike)
