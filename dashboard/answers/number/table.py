"""Tables of numbers: rows with what is true, what was answered, how far off that is, and the prediction interval."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.answers import NumberAnswers
from core.config import RunConfig
from dashboard.inputs import room_of
from dashboard.language.formats import decimals_of
from dashboard.language.words import tr


def frame_of_rows(
    config: RunConfig, answers: NumberAnswers, rows: Sequence[int] | np.ndarray, inputs: Sequence[str]
) -> pd.DataFrame:
    """The rows with these numbers, in this order; `inputs` are what was read of them."""
    found = answers.take(rows)
    columns: dict[str, Any] = {
        room_of(config, "rows").title(): list(inputs),
        tr("True number"): found.targets,
        tr("Answered"): found.values,
        tr("Off by"): found.errors,
    }
    if found.low is not None:
        columns |= {tr("Interval from"): found.low, tr("Interval to"): found.high}
    return pd.DataFrame(columns)


def number_columns(frame: pd.DataFrame) -> dict[str, Any]:
    """How the columns of numbers are shown: with as many decimals as all of them need together."""
    numbers = [name for name in frame.columns if frame[name].dtype.kind == "f"]
    format_ = column_format(frame[numbers].to_numpy())
    return {name: st.column_config.NumberColumn(format=format_, width=92) for name in numbers}


def column_format(values: np.ndarray) -> str:
    """A format of Streamlit's for numbers of this size."""
    found = values[np.isfinite(values)]
    decimals = decimals_of(float(np.median(np.abs(found)))) if len(found) else 3
    return f"%.{decimals}f" if decimals else "localized"
