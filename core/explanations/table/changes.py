"""Counterfactual of a record: the smallest change of columns that may change which gives it another answer.

Values come from rows that the model learned from, so that each of them is one that there is. Fewer columns are a
smaller change than more (Wachter, Mittelstadt and Russell 2018; Mothilal, Sharma and Tan 2020); among as many, the
nearest is.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.callbacks import Watch
from core.data.splits.parts import Part
from core.errors import ConfigError, DatasetError, did_you_mean
from core.explanations.alike import drawn
from core.explanations.orders import MOST_COLUMNS
from core.explanations.records import ChangedColumn, ClassChange
from core.explanations.table.record import AT_ONCE, ReadsRecords
from core.inputs.table.cells import opened, written
from core.targets import ClassTarget

SEEN = 1_000
"""Training rows whose values are tried."""
VALUES = 24
"""Values of a column that are tried: all where there are no more, else so many quantiles, or the commonest."""
BEAM = 24
"""Changes of one size that are made larger by another column."""

Changes = tuple[tuple[str, Any], ...]


def class_change(
    model: ReadsRecords,
    cell: str,
    learned: Part,
    *,
    may_change: Collection[str] = (),
    label: str | None = None,
    watch: Watch = lambda _done, _total: None,
) -> ClassChange:
    """Searches the smallest change of the columns `may_change`, any where none is named, that makes the answer `label`.

    Without a label, any other answer will do. No change is found where up to MOST_COLUMNS columns do not suffice.
    Raises ConfigError for an unknown column or label and for a model that answers no class, DatasetError for an empty
    record, and what `watch` raises.
    """
    target = model.target
    if not isinstance(target, ClassTarget):
        raise ConfigError("Only an answer that is a class has another one.", "Look at what pushed the number.")
    own = opened(cell)
    wanted = _wanted(target, label)
    _refuse_unknown(may_change, own)
    if not own:
        raise DatasetError("The record is empty, so none of its columns can be changed.", "Fill some in.")
    rows = [opened(one) for one in drawn(learned, SEEN).inputs]
    columns = [name for name in own if not may_change or name in may_change]
    tried = {name: _values(own[name], [row.get(name) for row in rows]) for name in columns}
    return _Search(model, own, wanted, tried, watch).result(target.labels)


def _wanted(target: ClassTarget, label: str | None) -> int | None:
    if label is None:
        return None
    if label not in target.labels:
        raise ConfigError(
            f"The model knows no class '{label}'. It knows: {', '.join(target.labels[:20])}.",
            did_you_mean(label, target.labels),
        )
    return target.labels.index(label)


def _refuse_unknown(names: Collection[str], own: Collection[str]) -> None:
    for name in names:
        if name not in own:
            raise ConfigError(f"The model reads no column '{name}'.", did_you_mean(name, own))


def _values(own: Any, seen: Sequence[Any]) -> list[tuple[Any, float]]:
    """Values to try, each with its distance from the record's own, from 0 to 1: for numbers and dates that of ranks."""
    known = [one for one in seen if one is not None and one != own]
    if not known:
        return []
    is_ordered = not isinstance(known[0], bool) and (isinstance(known[0], int | float) or _is_date(known))
    if not is_ordered:
        names, counts = np.unique(np.array(known, dtype=object).astype(str), return_counts=True)
        commonest = {str(name) for name in names[np.argsort(-counts, kind="stable")[:VALUES]]}
        return [(one, 1.0) for one in dict.fromkeys(known) if str(one) in commonest]
    ordered = sorted(known)
    place = 0.5 if own is None else float(np.mean([one < own for one in ordered]))
    shares = np.linspace(0, 1, VALUES)
    picked = dict.fromkeys(ordered[round(share * (len(ordered) - 1))] for share in shares)
    return [(one, abs(float(np.mean([other < one for other in ordered])) - place)) for one in picked]


def _is_date(known: Sequence[Any]) -> bool:
    return all(isinstance(one, str) and len(one) >= 10 and one[:4].isdigit() and one[4] == "-" for one in known[:20])


class _Search:
    """Beam search over sets of changed columns, one column more in each round."""

    def __init__(
        self,
        model: ReadsRecords,
        own: dict[str, Any],
        wanted: int | None,
        tried: dict[str, list[tuple[Any, float]]],
        watch: Watch,
    ) -> None:
        self._model, self._own, self._wanted, self._tried, self._watch = model, own, wanted, tried, watch
        self._asked = 0
        self._most = (1 + BEAM * (MOST_COLUMNS - 1)) * sum(len(values) for values in tried.values()) or 1

    def result(self, labels: Sequence[str]) -> ClassChange:
        """The change that was found, or that none was."""
        before = self._outputs([()])[0]
        answer = int(before.argmax())
        found, after = self._found(answer) if self._wanted != answer else ((), before)
        return ClassChange(
            answer=labels[answer],
            probability=_probability(before, answer),
            other=labels[int(after.argmax())] if found else "",
            other_probability=_probability(after, int(after.argmax())) if found else 0.0,
            columns=tuple(ChangedColumn(name=name, before=self._own[name], after=value) for name, value in found),
            asked=self._asked,
        )

    def _found(self, answer: int) -> tuple[Changes, NDArray[np.float64]]:
        beam: list[Changes] = [()]
        for _ in range(min(MOST_COLUMNS, len(self._tried))):
            larger = list(self._larger(beam))
            if not larger:
                break
            outputs = self._outputs(larger)
            answers = outputs.argmax(axis=1)
            hits = np.flatnonzero(answers == self._wanted if self._wanted is not None else answers != answer)
            if len(hits):
                nearest = min(hits, key=lambda place: self._distance(larger[place]))
                return larger[nearest], outputs[nearest]
            leads = self._leads(outputs, answer)
            beam = [larger[place] for place in np.argsort(-leads, kind="stable")[:BEAM]]
        return (), np.zeros(1)

    def _larger(self, beam: Sequence[Changes]) -> Iterator[Changes]:
        """Each change of the beam with one column more, each set of changes once."""
        known = set()
        for change in beam:
            taken = {name for name, _ in change}
            for name, values in self._tried.items():
                for value, _ in () if name in taken else values:
                    wider = tuple(sorted((*change, (name, value)), key=lambda one: one[0]))
                    if wider not in known:
                        known.add(wider)
                        yield wider

    def _leads(self, outputs: NDArray[np.float64], answer: int) -> NDArray[np.float64]:
        """By how much what is wanted leads what is answered, in logits."""
        others = outputs.copy()
        others[:, answer] = -np.inf
        towards = others.max(axis=1) if self._wanted is None else outputs[:, self._wanted]
        found: NDArray[np.float64] = towards - outputs[:, answer]
        return found

    def _distance(self, change: Changes) -> float:
        return float(sum(dict(self._tried[name])[value] for name, value in change))

    def _outputs(self, changes: Sequence[Changes]) -> NDArray[np.float64]:
        parts = []
        for at in range(0, len(changes), AT_ONCE):
            some = changes[at : at + AT_ONCE]
            parts.append(self._model.outputs([written({**self._own, **dict(one)}) for one in some]))
            self._asked += len(some)
            self._watch(min(self._asked, self._most), self._most)
        return np.concatenate(parts).astype(np.float64)


def _probability(outputs: NDArray[np.float64], place: int) -> float:
    shares = np.exp(outputs - outputs.max())
    return float(shares[place] / shares.sum())
