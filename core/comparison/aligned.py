"""Inner join of several models' answers by row id, wherever each keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.answers import Answers, ClassAnswers
from core.arrays import Floats, Integers
from core.errors import ConfigError, DatasetError
from core.evaluation.coded import Coded, code


@dataclass(frozen=True)
class Aligned:
    """Aligned answers of several models to the same rows, in the same order, all of one kind.

    `answers` holds the common rows only; `left_out` says how many rows each answered that others did not, or whose
    target was another one there.
    """

    answers: Mapping[str, Answers]
    left_out: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the models and baselines, in the order given."""
        return tuple(self.answers)

    @property
    def rows(self) -> int:
        """How many rows all of them answered."""
        return len(self._first.row_ids)

    @property
    def kind(self) -> str:
        """The kind of all the answers."""
        return self._first.kind

    @property
    def _first(self) -> Answers:
        return next(iter(self.answers.values()))

    @cached_property
    def classes(self) -> "AlignedClasses":
        """Label-encoded form of the answers. Raises ModelError with scores that are not numbers."""
        return AlignedClasses({name: one for name, one in self.answers.items() if isinstance(one, ClassAnswers)})


@dataclass(frozen=True)
class AlignedClasses:
    """Label-encoded class answers of several models to the same rows, as indices into one list of labels."""

    answers: Mapping[str, ClassAnswers]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.answers.values())).row_ids)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every label that some model knows, then those that stand only among the targets, sorted."""
        known = tuple(dict.fromkeys(label for one in self.answers.values() for label in one.labels))
        first = next(iter(self.answers.values()))
        return (*known, *sorted(set(first.targets).difference(known)))

    @cached_property
    def coded(self) -> Mapping[str, Coded]:
        """Label-encoded answers by model, as indices into `labels`; a label that one does not know has score 0 there.

        Raises ModelError with scores that are not numbers.
        """
        return {name: self._coded(one) for name, one in self.answers.items()}

    def right(self, name: str) -> np.ndarray:
        """Boolean mask of the rows that this one answered right, shape (rows,)."""
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


def align(answers: Mapping[str, Answers]) -> Aligned:
    """Inner join of the answers: the rows that all of them answered, in the order of the first.

    A row is common when its id and its target are equal everywhere. Raises DatasetError when there is none, or when
    there are fewer than two to compare; ConfigError when some answer with classes and others with numbers.
    """
    if len(answers) < 2:
        raise DatasetError("There is nothing to compare with.", "Choose at least two runs.")
    kinds = sorted({one.kind for one in answers.values()})
    if len(kinds) > 1:
        raise ConfigError(
            f"These runs answer in different kinds ({' and '.join(kinds)}), which no number compares.",
            "Compare runs of one task.",
        )
    first, *others = answers.values()
    if first.row_ids and all(_same_rows(first, one) for one in others):
        return Aligned(dict(answers), dict.fromkeys(answers, 0))
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
    kept = [first.take(common)]
    for place, one in zip(places, others, strict=True):
        kept.append(one.take([place[first.row_ids[i]] for i in common]))
    return Aligned(
        dict(zip(answers, kept, strict=True)),
        {name: len(one.row_ids) - len(common) for name, one in answers.items()},
    )


def _same_rows(one: Answers, other: Answers) -> bool:
    if one.row_ids != other.row_ids:
        return False
    if isinstance(one.targets, np.ndarray):
        return np.array_equal(one.targets, other.targets)
    return one.targets == other.targets
