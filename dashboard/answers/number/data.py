"""Histogram of a numeric column on the Data page."""

import numpy as np
import streamlit as st

from core.data.rows.numbers import read_numbers
from dashboard.answers.number.charts import spread as bars
from dashboard.answers.number.scale import Scale, two_digits
from dashboard.cached.known import frame_of
from dashboard.charts import show
from dashboard.language.plain import plain
from dashboard.language.words import tr
from storage import Dataset


def spread(dataset: Dataset, target: str) -> None:
    """How often each number comes, and the figures that describe it."""
    numbers, unit = _numbers(dataset.id, target)
    if not len(numbers):
        return
    show(bars(numbers, unit), key=f"spread-{dataset.id}")
    low, quarter, middle, three_quarters, high = np.quantile(numbers, (0, 0.25, 0.5, 0.75, 1))
    scale = Scale(places=two_digits(float(numbers.std())), unit=unit)
    st.markdown(
        tr(
            "From {low} to {high}. Half of the rows lie between {quarter} and {three_quarters}; the middle is "
            "{middle}, the mean {mean}.",
            low=plain(scale.bare(low)),
            high=plain(scale(high)),
            quarter=plain(scale.bare(quarter)),
            three_quarters=plain(scale(three_quarters)),
            middle=plain(scale(middle)),
            mean=plain(scale(numbers.mean())),
        )
    )


@st.cache_data(show_spinner=False, max_entries=50)
def _numbers(dataset_id: str, column: str) -> tuple[np.ndarray, str]:
    """The numbers that can be read in a column, and what stands beside them."""
    frame = frame_of(dataset_id)
    if column not in frame:
        return np.zeros(0), ""
    found = read_numbers(frame[column])
    return found.values[np.isfinite(found.values)], found.unit[:12]
