"""Data checks of pictures: missing, small, of one colour, near-duplicates, and classes told apart by a confounder."""

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.checks.findings import Finding
from core.data.checks.looked import Looked
from core.data.sentences import counted, quoted, share
from core.inputs.picture.columns import is_picture_column, measured, picture_columns
from core.inputs.picture.twins import PLAIN_CONTRAST, RowPairs, near_pairs

SHOWN = 12
"""So many rows of a finding are shown."""
SMALLEST_SIDE = 16
BY_ITSELF = 0.95
"""Least ROC AUC at which one measure tells a class from all others by itself."""
FEWEST_OF_A_CLASS = 10
TELLING = {
    "brightness": "how bright they are",
    "contrast": "how strong their contrast is",
    "size": "how large they are",
    "size_kb": "how large their files are",
}


def found(
    code: str, severity: str, message: str, hint: str, rows: int | None, examples: Iterable[int | np.integer]
) -> Finding:
    """A finding with examples to show."""
    shown = tuple(int(row) for row, _ in zip(examples, range(SHOWN), strict=False))
    return Finding.model_validate(
        {"code": code, "severity": severity, "message": message, "hint": hint, "rows": rows, "examples": shown}
    )


def no_pictures(looked: Looked) -> Iterator[Finding]:
    """Missing pictures: a column that holds none, and rows without one."""
    blank, name = int(looked.blank_input.sum()), looked.column
    if not is_picture_column(looked.frame[name]):
        better = picture_columns(looked.frame)
        hint = f"Choose the column with the pictures: {quoted(better)}." if better else "Add a file with pictures."
        yield found("no_pictures", "error", f"The column '{name}' holds no pictures.", hint, blank or None, ())
    elif blank:
        yield found(
            "empty_pictures",
            "warning",
            f"{counted(blank, 'row has', 'rows have')} no picture ({share(blank, len(looked.frame))}).",
            "They are left out.",
            blank,
            (),
        )


def small_pictures(looked: Looked) -> Iterator[Finding]:
    """Low resolution: pictures on which little can be seen."""
    width, height = measured(looked.frame, "width"), measured(looked.frame, "height")
    if width is None or height is None:
        return
    rows = np.flatnonzero((np.minimum(width, height) < SMALLEST_SIDE) & looked.used.to_numpy())
    if len(rows):
        yield found(
            "small_pictures",
            "info" if len(rows) > 0.9 * looked.used.sum() else "warning",
            f"{counted(len(rows), 'picture is', 'pictures are')} less than {SMALLEST_SIDE} pixels wide or high "
            f"({share(len(rows), int(looked.used.sum()))}).",
            "They are enlarged, which shows no more than there is. Look whether they are what you meant to bring.",
            len(rows),
            rows,
        )


def plain_pictures(looked: Looked) -> Iterator[Finding]:
    """Pictures of one colour."""
    contrast = measured(looked.frame, "contrast")
    if contrast is None:
        return
    rows = np.flatnonzero((contrast < PLAIN_CONTRAST) & looked.used.to_numpy())
    if len(rows):
        yield found(
            "plain_pictures",
            "warning",
            f"{counted(len(rows), 'picture is', 'pictures are')} all of one colour.",
            "Nothing can be seen on them. Leave them out, or find out what went wrong when they were taken.",
            len(rows),
            rows,
        )


def near_twins(looked: Looked) -> Iterator[Finding]:
    """Near-duplicates: pictures that are nearly the same, and those of them with different answers."""
    pairs = twins_of(looked)
    if not len(pairs):
        return
    target = looked.target.to_numpy()
    torn = pairs[target[pairs[:, 0]] != target[pairs[:, 1]]]
    same = pairs[target[pairs[:, 0]] == target[pairs[:, 1]]]
    if len(torn):
        one, other = (str(target[row]) for row in torn[0])
        yield found(
            "torn_twins",
            "warning",
            f"{counted(len(torn), 'pair of pictures is', 'pairs of pictures are')} nearly the same and have different "
            f"answers, such as '{one}' and '{other}'.",
            "One of each pair is probably wrong. Look at them side by side and mend it.",
            len(np.unique(torn)),
            chain.from_iterable(torn),
        )
    if len(same):
        rows = np.unique(same)
        yield found(
            "near_twins",
            "info",
            f"{counted(len(rows), 'picture has', 'pictures have')} a near-twin "
            f"({share(len(rows), int(looked.used.sum()))}): the same picture saved anew, resized or brightened.",
            "Near-twins always stand in one part, so that none judges what its twin taught.",
            len(rows),
            chain.from_iterable(same),
        )


def twins_of(looked: Looked) -> RowPairs:
    """Near-duplicate pairs of used rows, whose pictures are not the same file."""
    hashes, contrast = measured(looked.frame, "perceptual_hash"), measured(looked.frame, "contrast")
    if hashes is None or contrast is None:
        return np.empty((0, 2), np.int64)
    usable = looked.used.to_numpy() & (contrast >= PLAIN_CONTRAST).fillna(False).to_numpy(bool)
    pairs = near_pairs([one if isinstance(one, str) else None for one in hashes], usable)
    pictures = looked.raw_input.to_numpy()
    others: RowPairs = pairs[pictures[pairs[:, 0]] != pictures[pairs[:, 1]]]
    return others


def other_camera(looked: Looked) -> Iterator[Finding]:
    """Confounders: brightness, contrast or size alone tell classes from all others, perhaps by another camera."""
    used = np.flatnonzero(looked.used)
    target = looked.target.to_numpy()[used]
    classes, codes = np.unique(target.astype(str), return_inverse=True)
    if not 2 <= len(classes) <= len(used) / FEWEST_OF_A_CLASS:
        return
    for measure, values in measures(looked.frame):
        areas = areas_of(values[used], codes, len(classes))
        telling = np.flatnonzero(np.maximum(areas, 1 - areas) >= BY_ITSELF)
        if len(classes) == 2:
            telling = telling[:1]
        if len(telling):
            names = quoted(classes[telling])
            inside = used[np.isin(codes, telling)]
            outside = used[~np.isin(codes, telling)]
            yield found(
                "other_camera",
                "warning",
                f"{'The class' if len(telling) == 1 else 'The classes'} {names} can be told from the others by "
                f"{TELLING[measure]} alone ({BY_ITSELF:.0%} or more of all pairs).",
                "If these pictures were taken elsewhere or otherwise, the model may learn the camera and not what is "
                "shown. Bring pictures of all classes from the same source.",
                len(inside),
                [*inside[: SHOWN // 2], *outside[: SHOWN // 2]],
            )


def measures(frame: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Possible confounders, which may tell one camera from another, one value a row."""
    width, height = measured(frame, "width"), measured(frame, "height")
    columns = {name: measured(frame, name) for name in ("brightness", "contrast", "size_kb")}
    if width is not None and height is not None:
        columns["size"] = width * height
    for name, column in columns.items():
        if column is not None:
            yield name, pd.to_numeric(column, errors="coerce").fillna(0).to_numpy(float)


def areas_of(values: NDArray[np.float64], codes: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """One-vs-rest ROC AUC of `values` for each class; 0.5 for small classes.

    By ranks (Mann and Whitney 1947), so that all classes need one sort.
    """
    from scipy.stats import rankdata

    ranks = rankdata(values)
    inside = np.bincount(codes, minlength=classes)
    outside = len(values) - inside
    sums = np.bincount(codes, weights=ranks, minlength=classes)
    enough = np.minimum(inside, outside) >= FEWEST_OF_A_CLASS
    areas = (sums - inside * (inside + 1) / 2) / np.maximum(inside * outside, 1)
    return np.where(enough, areas, 0.5)
