"""Data checks of labels as they are written: spellings of one, words for a missing answer, several in a cell."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from core.data.checks.findings import Finding, info, warning
from core.data.checks.looked import Looked
from core.data.checks.suggest import MAX_CLASSES
from core.data.labels.alike import best_spelling, missing_words
from core.data.labels.order import in_order
from core.data.labels.signs import spelled
from core.data.mends import MergeLabels, MissingWords, SplitLabels
from core.data.mends.work import split_cell
from core.data.sentences import counted, joined, listed, quoted

MOST_SHOWN = 12
MOST_GROUPS = 20
SEPARATORS = (";", "|", ",", "\n", "/", "+", "&")


def variants(looked: Looked) -> Iterator[Finding]:
    """Label variants: spellings that a reader takes for one class, each unseen sign by its name."""
    for group in looked.spellings[:MOST_GROUPS]:
        rows = {label: looked.raw_sizes[label] for label in group}
        classes = looked.target[looked.raw_target.isin(group) & ~looked.blank_target].nunique()
        into = best_spelling(rows)
        told = listed([f"{spelled(label)} ({counted(n, 'row')})" for label, n in rows.items()], MOST_SHOWN)
        merge = looked.offer(MergeLabels(column=looked.config.task.target, labels=group, into=into))
        if classes > 1:
            yield warning(
                "label_variants",
                f"The labels {told} read alike, and count as {classes} classes.",
                f"Join them as '{into}' if they mean the same.",
                rows=sum(rows.values()),
            ).mended_by(merge)
        elif classes:
            yield info(
                "label_spellings",
                f"The labels {told} are taken for one class, '{into}'.",
                "They differ in spaces and signs that nobody sees.",
                rows=sum(rows.values()),
            ).mended_by(merge)
    if (more := len(looked.spellings) - MOST_GROUPS) > 0:
        yield warning(
            "more_label_variants", f"{counted(more, 'more label is', 'more labels are')} written in two ways."
        )


def leading_zeros(looked: Looked) -> Iterator[Finding]:
    """Numbers that differ in leading zeros only, as codes do: they stay classes of their own."""
    if len(looked.class_sizes) > MAX_CLASSES:
        return
    groups: dict[int, list[str]] = {}
    for label in in_order(looked.class_sizes.index):
        if label.isdecimal() and len(label) < 16:
            groups.setdefault(int(label), []).append(label)
    if apart := next((labels for labels in groups.values() if len(labels) > 1), None):
        yield info(
            "leading_zeros",
            f"The labels {quoted(apart)} are classes of their own: zeros in front count, as in codes.",
            "Join them if they are one number.",
        ).mended_by(looked.offer(MergeLabels(column=looked.config.task.target, labels=tuple(apart), into=apart[-1])))


def missing(looked: Looked) -> Iterator[Finding]:
    """Words for a missing answer, such as n/a and -, which count as classes until a person says otherwise."""
    words = missing_words(looked.raw_sizes)
    if not words:
        return
    told = listed([f"{spelled(word)} ({counted(looked.raw_sizes[word], 'row')})" for word in words])
    several, name = len(words) > 1, looked.config.task.target
    say = info if len(words) == len(looked.raw_sizes) else warning
    yield say(
        "missing_words",
        f"In the column '{name}', {told} may mean that there is no answer. "
        f"{'They count as classes' if several else 'It counts as a class'} now.",
        "Take them as missing if so; leave them as they are if they are real answers."
        if several
        else "Take it as missing if so; leave it as it is if it is a real answer.",
        rows=sum(looked.raw_sizes[word] for word in words),
    ).mended_by(looked.offer(MissingWords(column=name, words=words)))


@dataclass(frozen=True)
class Lists:
    """Cells that hold several labels: their separator, "" for JSON lists, and the labels of each such cell."""

    separator: str
    cells: dict[str, list[str]]


def several(looked: Looked) -> Iterator[Finding]:
    """Several labels in a cell: a list, or labels between separators that stand alone elsewhere."""
    found = lists_in(looked.raw_sizes)
    if found is None:
        return
    rows = sum(looked.raw_sizes[cell] for cell, labels in found.cells.items() if len(labels) > 1)
    example = next((labels for labels in found.cells.values() if len(labels) > 1), [])
    start = "" if found.separator else f"The column '{looked.config.task.target}' holds lists."
    held = f"{counted(rows, 'row holds', 'rows hold')} several labels in one cell, such as {quoted(example)}."
    yield warning(
        "several_labels",
        joined([start, held if rows else "Each has one label at most."]),
        "One answer a row can be learned: keep the first label of each, or leave such rows out.",
        rows=rows,
    ).mended_by(
        *(
            looked.offer(SplitLabels(column=looked.config.task.target, separator=found.separator, keep=keep))
            for keep in ("first", "none")
        )
    )


def lists_in(sizes: dict[str, int]) -> Lists | None:
    """The cells among `sizes` that hold several labels; None where there are none."""
    as_lists = {cell: labels for cell in sizes if (labels := split_cell(cell, "")) is not None}
    if as_lists and len(as_lists) >= 0.5 * len(sizes):
        return Lists("", as_lists)
    for separator in SEPARATORS:
        apart = {cell: labels for cell in sizes if (labels := split_cell(cell, separator)) and len(labels) > 1}
        if apart and _are_labels(apart, sizes, separator):
            return Lists(separator, apart)
    return None


def _are_labels(apart: dict[str, list[str]], sizes: dict[str, int], separator: str) -> bool:
    """Whether the pieces are labels: most stand alone in other rows, or come back in different combinations."""
    alone = {cell.strip().casefold() for cell in sizes if separator not in cell}
    pieces = Counter(piece.casefold() for labels in apart.values() for piece in set(labels))
    known = sum(piece in alone for piece in pieces)
    if known >= 2 and known >= 0.6 * len(pieces):
        return True
    return len(apart) >= 4 and len(pieces) < len(apart) and min(pieces.values()) > 1
