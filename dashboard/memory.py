"""The store, opened once for the whole process."""

import streamlit as st

from storage import Store


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The memory of this installation: its datasets, runs and workers."""
    return Store.open()
