"""Tables on a Streamlit page: as high as their rows, with whole numbers in the form of the sentences."""

from typing import Any

import pandas as pd
import streamlit as st

HEADER_PX = ROW_PX = 35
BORDER_PX = 2


def fitted(rows: int, most_px: int, row_px: int = ROW_PX) -> int:
    """Height in pixels of a table of so many rows; `most_px` where they need more."""
    return min(most_px, HEADER_PX + max(rows, 1) * row_px + BORDER_PX)


def whole_numbers(frame: pd.DataFrame) -> dict[str, Any]:
    """Column configuration of the columns of whole numbers, their thousands marked."""
    names = [name for name in frame.columns if frame[name].dtype.kind in "iu"]
    return {name: st.column_config.NumberColumn(format="localized") for name in names}
