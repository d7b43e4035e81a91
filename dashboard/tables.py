"""Size of a table on a Streamlit page: its height up to a limit above which it scrolls, and its cells' length."""

import pandas as pd

HEADER_PX = ROW_PX = 35
BORDER_PX = 2
MOST_LETTERS = 400
"""Characters of a cell that a table shows; what is sent to the browser."""


def fitted(rows: int, most_px: int, row_px: int = ROW_PX) -> int:
    """Height in pixels of a table of so many rows; `most_px` where they need more."""
    return min(most_px, HEADER_PX + max(rows, 1) * row_px + BORDER_PX)


def cut(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with texts cut after so many characters; the rest of a cell never leaves the server."""
    return frame.apply(lambda column: column.map(_cut) if column.dtype == object or _is_text(column) else column)


def _is_text(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.StringDtype)


def _cut(value: object) -> object:
    return f"{value[:MOST_LETTERS]}…" if isinstance(value, str) and len(value) > MOST_LETTERS else value
