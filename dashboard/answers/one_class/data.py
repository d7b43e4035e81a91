"""Class counts of a column on the Data page."""

import streamlit as st

from dashboard.cached.known import class_sizes
from dashboard.charts import class_balance, show
from dashboard.language.formats import count
from dashboard.language.words import tr
from storage import Dataset


def spread(dataset: Dataset, target: str) -> None:
    """How many rows each class has."""
    sizes = class_sizes(dataset.id, target)
    if sizes.empty:
        return
    if len(sizes) > 1000:
        st.caption(tr("{n} different answers: too many for classes.", n=count(len(sizes))))
        return
    show(class_balance([str(name) for name in sizes.index], sizes.to_numpy()), key=f"balance-{dataset.id}")
