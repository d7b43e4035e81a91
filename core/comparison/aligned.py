"""Several sets of answers brought to the same rows: matched by row id, wherever each keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.answers import ClassAnswers
from core.errors import DatasetError
from core.evaluation.coded import Coded, Floats, Integers, code


@dataclass(frozen=True)
class Aligned:
    """Answers of several for the same rows, in the same order.

    `predictions` holds the common rows only; `left_out` says how many rows each answered that others did not, or whose
    target was another one there.
    """

    predictions: Mapping[str, ClassAnswers]
    left_out: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """Who answered, in the order given."""
        return tuple(self.predictions)

    @property
    def rows(self) -> int:
        """How many rows all of them answered."""
        return len(next(iter(self.predictions.values())).row_ids)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every label that somebody knows, then those that stand only among the targets, sorted."""
        known = tuple(dict.fromkeys(label for one in self.predictions.values() for label in one.labels))
        first = next(iter(self.predictions.values()))
        return (*known, *sorted(set(first.targets).difference(known)))

    @cached_property
    def coded(self) -> Mapping[str, Coded]:
        """Everybody's answers as indices into `labels`; a label that one does not know has score 0 there.

        Raises ModelError with scores that are not numbers.
        """
        return {name: self._coded(one) for name, one in self.predictions.items()}

    def right(self, name: str) -> np.ndarray:
        """Which rows this one answered right, shape (rows,)."""
        return self.coded[name].right

    def _coded(self, one: ClassAnswers) -> Coded:
        own = code(one)
        if own.labels == self.labels:
            return own
        place = {label: i for i, label in enumerate(self.labels)}
        to: Integers = np.array([place[label] for label in own.labels], np.int64)
        scores: Floats = np.zeros((own.rows, len(self.labels)))
        scores[:, to[: own.known]] = own.scores
        return Coded(self.labels, len(self.labels), to[own.targets], to[own.answers], scores)


def align(predictions: Mapping[str, ClassAnswers]) -> Aligned:
    """Brings them to the rows that all of them answered, in the order of the first.

    A row is common when its id and its target are equal everywhere. Raises DatasetError when there is none, or when
    there are fewer than two to compare.
    """
    if len(predictions) < 2:
        raise DatasetError("There is nothing to compare with.", "Choose at least two runs.")
    first, *others = predictions.values()
    if first.row_ids and all(_same_rows(first, one) for one in others):
        shared = {
            name: ClassAnswers(first.row_ids, first.targets, one.labels, one.scores)
            for name, one in predictions.items()
        }
        return Aligned(shared, dict.fromkeys(predictions, 0))
    places = [{row: i for i, row in enumerate(one.row_ids)} for one in others]
    common = [
        i
        for i, row in enumerate(first.row_ids)
        if all(
            row in place and one.targets[place[row]] == first.targets[i]
            for place, one in zip(places, others, strict=True)
        )
    ]
    if not common:
        raise DatasetError(
            "These runs were judged on different rows; they have no row in common.",
            "Compare runs of one dataset that are split in the same way with the same seed.",
        )
    kept = [_kept(first, common)]
    for place, one in zip(places, others, strict=True):
        kept.append(_kept(one, [place[first.row_ids[i]] for i in common]))
    return Aligned(
        dict(zip(predictions, kept, strict=True)),
        {name: len(one.row_ids) - len(common) for name, one in predictions.items()},
    )


def _same_rows(one: ClassAnswers, other: ClassAnswers) -> bool:
    return one.row_ids == other.row_ids and one.targets == other.targets


def _kept(one: ClassAnswers, rows: Sequence[int]) -> ClassAnswers:
    return ClassAnswers(
        row_ids=tuple(one.row_ids[i] for i in rows),
        targets=tuple(one.targets[i] for i in rows),
        labels=one.labels,
        scores=one.scores[np.asarray(rows, np.intp)],
    )
