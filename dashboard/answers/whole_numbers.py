"""Table columns of integers."""

from typing import Any

import pandas as pd
import streamlit as st


def whole_numbers(frame: pd.DataFrame) -> dict[str, Any]:
    """Column configuration of the columns of integers: with their thousands marked."""
    names = [str(name) for name in frame.columns if frame[name].dtype.kind in "iu"]
    return dict.fromkeys(names, st.column_config.NumberColumn(format="localized"))
