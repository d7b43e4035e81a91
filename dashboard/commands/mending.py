"""Flags of the command line that mend rows: each makes a new version of a dataset."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import typer

from core.data.labels.alike import alike
from core.data.mends import FillDown, LeaveOut, Mend, MergeLabels, MissingWords, SplitLabels
from core.data.rows.columns import column_named
from core.data.rows.values import cells
from core.errors import ConfigError, did_you_mean
from core.targets.label_checks import lists_in

Words = list[str] | None


@dataclass(frozen=True)
class MendFlags:
    """Flags that mend the column with the right answer. A label stands for all spellings that read alike."""

    merge_labels: Annotated[Words, typer.Option("--merge-labels", help="A=B: the label A becomes B.")] = None
    missing: Annotated[Words, typer.Option("--missing", help="A label that means that there is no answer.")] = None
    leave_out: Annotated[Words, typer.Option("--leave-out", help="A label whose rows are left out.")] = None
    fill_down: Annotated[bool, typer.Option("--fill-down", help="Empty cells get the label above them.")] = False
    several_labels: Annotated[
        str | None, typer.Option("--several-labels", help="Of cells with several labels: first, or leave-out.")
    ] = None

    def mends(self, frame: pd.DataFrame, target: str | None) -> list[Mend]:
        """The mends that were asked for, in order. Raises ConfigError for a label that is not there."""
        if not any((self.merge_labels, self.missing, self.leave_out, self.fill_down, self.several_labels)):
            return []
        if target is None:
            raise ConfigError("Which column holds the labels to mend?", "Say it with --target COLUMN.")
        asked: list[Mend] = []
        for step in (self._filled, self._split, self._missing, self._merged, self._left_out):
            done = list(step(frame, target))
            for one in done:
                frame = one.mended(frame).frame
            asked += done
        return asked

    def _filled(self, frame: pd.DataFrame, target: str) -> Iterator[Mend]:
        del frame
        if self.fill_down:
            yield FillDown(column=target)

    def _split(self, frame: pd.DataFrame, target: str) -> Iterator[Mend]:
        if not self.several_labels:
            return
        if self.several_labels not in {"first", "leave-out"}:
            raise ConfigError(f"'{self.several_labels}' is no choice.", "Write --several-labels first, or leave-out.")
        found = lists_in(dict.fromkeys(labels_in(frame, target), 1))
        if found is None:
            raise ConfigError(f"No cell of '{target}' holds several labels.", "Leave --several-labels out.")
        keep = "first" if self.several_labels == "first" else "none"
        yield SplitLabels(column=target, separator=found.separator, keep=keep)

    def _missing(self, frame: pd.DataFrame, target: str) -> Iterator[Mend]:
        if self.missing:
            labels = labels_in(frame, target)
            words = [one for word in self.missing for one in like(word, labels, target)]
            yield MissingWords(column=target, words=tuple(words))

    def _merged(self, frame: pd.DataFrame, target: str) -> Iterator[Mend]:
        labels, joined = labels_in(frame, target), dict[str, list[str]]()
        for words in self.merge_labels or []:
            one, into = _apart(words, labels)
            joined.setdefault(into, []).extend(like(one, labels, target))
        for into, old in joined.items():
            yield MergeLabels(column=target, labels=tuple(old), into=into)

    def _left_out(self, frame: pd.DataFrame, target: str) -> Iterator[Mend]:
        if self.leave_out:
            labels = labels_in(frame, target)
            out = [one for word in self.leave_out for one in like(word, labels, target)]
            yield LeaveOut(column=target, labels=tuple(out))


def labels_in(frame: pd.DataFrame, target: str) -> list[str]:
    """The labels of a column as they stand there. Raises DatasetError where there is no such column."""
    return list(dict.fromkeys(cell for cell in cells(column_named(frame, target, "target")) if cell))


def like(word: str, labels: list[str], target: str) -> list[str]:
    """The labels that are this word, or read like it. Raises ConfigError where there are none."""
    found = next((list(group) for group in alike([*labels, word]) if word in group), [word])
    known = [one for one in found if one in set(labels)]
    if not known:
        raise ConfigError(f"The column '{target}' has no label '{word}'.", did_you_mean(word, labels))
    return known


def _apart(words: str, labels: list[str]) -> tuple[str, str]:
    """The two sides of A=B, where A is a label if a label has an equals sign itself. Raises ConfigError."""
    places = [place for place, sign in enumerate(words) if sign == "="]
    sides = [(words[:place], words[place + 1 :]) for place in places]
    sides = [(one, into.strip()) for one, into in sides if one and into.strip()]
    if not sides:
        raise ConfigError(f"'{words}' joins nothing.", "Write --merge-labels 'old label=new label'.")
    return next((pair for pair in sides if pair[0] in labels), sides[0])
