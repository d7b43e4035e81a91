"""Card sections on each kind of input: where it stands, how large it is, and what its model is not for."""

from collections.abc import Callable, Sequence

import pandas as pd

from core.cards.markdown import literal
from core.data.rows.values import cells
from core.data.sentences import counted
from core.inputs.picture.columns import measured

MOST_NAMED = 40


def texts(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """Sentence on the text column: where the texts stand, and how long they are."""
    (column,) = columns
    lengths = pd.Series([len((cell or "").split()) for cell in cells(frame[column])])
    return (
        f"The text stands in '{literal(column, 40)}': {int(lengths.median()):,} words at the middle, "
        f"{int(lengths.max()):,} at most."
    )


def pictures(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """Sentence on the picture column: where the pictures stand, and how large the originals were."""
    (column,) = columns
    said = f"The picture stands in '{literal(column, 40)}'"
    width, height = measured(frame, "width"), measured(frame, "height")
    if width is None or height is None or not len(frame):
        return f"{said}."
    middle = f"{int(width.median()):,} x {int(height.median()):,} pixels"
    return f"{said}: {frame[column].nunique():,} different ones, {middle} at the middle."


def tables(_frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """Sentence on the columns that are read."""
    names = ", ".join(f"'{literal(name, 40)}'" for name in columns[:MOST_NAMED])
    more = f" and {len(columns) - MOST_NAMED:,} more" if len(columns) > MOST_NAMED else ""
    return f"{counted(len(columns), 'column is', 'columns are')} read of each record: {names}{more}."


LOOKED_AT: dict[str, Callable[[pd.DataFrame, Sequence[str]], str]] = {
    "text": texts,
    "picture": pictures,
    "table": tables,
}
"""Sections of a data sheet on the input columns, by the kind of input."""
OTHERS = {
    "text": "Texts of another kind, time or language than those it was judged on, without judging it on them first.",
    "picture": (
        "Pictures of another kind, camera or light than those it was judged on, without judging it on them first."
    ),
    "table": (
        "Records of another time, place or population than those it was judged on, without judging it on them first."
    ),
}
"""Out-of-scope use of any model of this kind of input."""
UNSEEN = {
    "text": "names of people in running text are not recognised.",
    "picture": "who can be seen on a picture is not recognised.",
    "table": "what several columns together tell of a person is not recognised.",
}
"""Personal data that the check of columns does not find, by the kind of input."""
